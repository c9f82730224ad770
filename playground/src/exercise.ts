// One exercise: its files to change, Check and its verdict, the solution, starting over.

import { button, make } from "./dom"
import { makeEditor, type Editor } from "./editor"
import { engine, whyMissing } from "./engine"
import { statusLine, storeNotice, type Status } from "./output"
import { noteReset, noteSolution, noteVerdict, stateOf } from "./progress"
import { Ended, type Files, type Frame, type Space, type Verdict } from "./protocol"
import { showSolution } from "./solution"
import type { Press } from "./start"
import { backUp, loadFiles, onFilesElsewhere, onProgressElsewhere, progress, saveFiles, saver, type ExerciseRecord, type Saver } from "./store"
import { tableViewer } from "./tables"
import { tabs, type Tabs } from "./tabs"
import { showVerdict, type Known } from "./verdict"
import { folder, loadWords, rich, say } from "./words"
import { workBox } from "./workbox"
import { xray } from "./xray"

interface Data extends Known {
  id: string
  max_score: number
  declared: { id: string, points: number, advisory: boolean }[]
  solution: Files
}

const begun = new WeakMap<HTMLElement, Promise<ExerciseElement>>()

/** Take over an exercise's element, then do what was asked. */
export async function begin(element: HTMLElement, press: Press): Promise<void> {
  let made = begun.get(element)
  if (!made) {
    made = ExerciseElement.make(element)
    begun.set(element, made)
    made.catch(() => begun.delete(element))
  }
  const exercise = await made
  if (press === "check") await exercise.check()
  else await exercise.edit()
}

class ExerciseElement {
  private readonly space: Space
  private readonly tabs: Tabs
  private readonly verdict = make("div", { className: "setu-verdict", hidden: true })
  private readonly sql = make("details", { className: "setu-sql", hidden: true })
  private readonly solutionBox = make("div", { className: "setu-solution", hidden: true })
  private readonly chip = make("span", { className: "setu-state" })
  private readonly notice = make("p", { className: "setu-notice", hidden: true })
  private readonly status: Status
  private readonly saving: Saver
  private readonly seen: Tabs
  private readonly showSql: ReturnType<typeof xray>
  private readonly tables: ReturnType<typeof tableViewer>
  private readonly checkButton: HTMLButtonElement
  private readonly work: { refresh(): Promise<void> }
  /** Of each file that was shown: its editor, or null where it is not to be changed. */
  private readonly editors = new Map<string, Promise<Editor | null>>()
  private record: ExerciseRecord | undefined
  /** The reader has files of their own. */
  private own: boolean

  static async make(element: HTMLElement): Promise<ExerciseElement> {
    await loadWords()
    const id = element.dataset["id"]!
    const answer = await fetch(new URL(`data/${id}.json`, folder))
    if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`)
    const data = await answer.json() as Data
    const kept = await loadFiles({ kind: "exercise", id })
    const record = (await progress()).exercises[id]
    return new ExerciseElement(element, data, kept, record)
  }

  private constructor(element: HTMLElement, private readonly data: Data, kept: Files | null, record: ExerciseRecord | undefined) {
    this.space = { kind: "exercise", id: data.id }
    this.files = { ...data.starter, ...kept }
    this.own = kept !== null
    this.record = record

    element.querySelectorAll(".setu-start, .setu-size").forEach(each => each.remove())
    const [heading, ...rest] = element.children
    const local = make("details", { className: "setu-fold" }, make("summary", {}, say("page_local")), ...rest)

    const files = make("div", { className: "setu-files" })
    this.checkButton = button(say("page_check"), () => this.check(), "setu-button--main")
    const solution = button(say("page_solution"), () => this.solution(solution))
    const reset = button(say("page_reset"), () => this.ask(reset, say("page_reset_ask"), () => this.reset()))
    const tools = make("div", { className: "setu-tools" }, this.checkButton, solution, reset, this.chip)
    const line = make("div", {})
    this.status = statusLine(line)
    this.notice.setAttribute("role", "status")
    this.sql.append(make("summary", {}, say("page_panel")))
    this.seen = tabs(this.sql, say("page_panel"), () => void this.showTables())
    this.showSql = xray(this.seen.panel("sql", say("page_panel_sql")))
    this.tables = tableViewer(this.seen.panel("tables", say("page_panel_tables")), this.space)
    heading!.after(files, tools, line, this.notice, this.verdict, this.sql, this.solutionBox)
    this.work = workBox(element, this.space, async () => await this.reload())
    element.append(local)
    storeNotice(line)
    this.saving = saver(this.space, () => this.files, backup => {
      if (backup) this.tell(say("page_kept_as", { backup }))
    })
    onFilesElsewhere(this.space, () => this.changedElsewhere())
    onProgressElsewhere(() => void this.refresh())
    this.showState()
    this.tabs = tabs(files, say("page_files"), path => void this.open(path))
    for (const path of [...data.edit, ...Object.keys(this.files).filter(path => !data.edit.includes(path)).sort()]) this.tabs.panel(path)
    void this.open(this.tabs.selected)
  }

  private files: Files

  async edit(path = this.tabs.selected, line = 0): Promise<void> {
    this.tabs.select(path)
    const editor = await this.open(path)
    editor?.focus()
    if (line) editor?.goTo(line)
  }

  async check(): Promise<void> {
    if (this.checkButton.disabled) return
    this.checkButton.disabled = true
    this.own = true
    await saveFiles(this.space, this.files).then(backup => { if (backup) this.tell(say("page_kept_as", { backup })) })
    this.saving.drop()
    const answer = await this.status.during(say("page_checking"), async () => {
      try {
        return await engine().call("exercise.check", { exercise: this.data.id, files: this.files })
      } catch (error) {
        if (error instanceof Ended && error.ending === "time_limit") return { verdict: this.outOfTime(), sql: [], ms: 0 }
        throw error
      }
    })
    this.checkButton.disabled = false
    if (!answer) return
    this.status.say("")
    this.record = await noteVerdict(answer.verdict)
    this.showState()
    this.verdict.hidden = false
    showVerdict(this.verdict, answer.verdict, this.data, frame => void this.edit(frame.file, frame.line))
    this.verdict.tabIndex = -1
    this.verdict.focus({ preventScroll: true })
    this.verdict.scrollIntoView({ block: "nearest", behavior: "smooth" })
    this.sql.hidden = !answer.sql.length
    this.showSql.show(answer.sql)
    await this.showTables()
    await this.mark(answer.verdict.frames)
    await this.work.refresh()
  }

  /** The tables as the last check left them. */
  private async showTables(): Promise<void> {
    if (this.seen.selected === "tables") await this.tables.refresh()
  }

  /** The files as they are kept now, after an import or a change in another tab. */
  private async reload(): Promise<void> {
    const kept = await loadFiles(this.space)
    this.files = { ...this.data.starter, ...kept }
    this.own = kept !== null
    for (const [path, editor] of this.editors) {
      const found = await editor
      if (found) found.text = this.files[path] ?? ""
    }
    await this.refresh()
  }

  /** The editor of a file; the text alone where it is not to be changed. */
  private open(path: string): Promise<Editor | null> {
    let made = this.editors.get(path)
    if (!made) {
      made = this.make(path, this.tabs.panel(path))
      this.editors.set(path, made)
      made.catch(async () => {
        this.editors.delete(path)
        this.status.ended(await whyMissing())
      })
    }
    return made
  }

  private async make(path: string, place: HTMLElement): Promise<Editor | null> {
    if (this.data.edit.includes(path)) {
      return await makeEditor(place, {
        text: this.files[path] ?? "", path, label: path,
        changed: text => this.changed(path, text),
        run: () => void this.check(),
      })
    }
    const listing = make("pre", { tabIndex: 0 }, make("code", {}, this.files[path] ?? ""))
    place.append(make("p", { className: "setu-size" }, say("page_read_only")), make("div", { className: "highlight" }, listing))
    return null
  }

  private changed(path: string, text: string): void {
    this.files = { ...this.files, [path]: text }
    this.own = true
    this.saving.changed()
    this.showState()
  }

  private async mark(frames: Frame[]): Promise<void> {
    for (const [path, editor] of this.editors) {
      const lines = frames.filter(frame => frame.file === path).map(frame => frame.line)
      ;(await editor)?.mark(lines)
    }
  }

  private async solution(pressed: HTMLButtonElement): Promise<void> {
    if (!this.solutionBox.hidden) {
      this.solutionBox.hidden = true
      return
    }
    const show = async () => {
      this.record = await noteSolution(this.data.id)
      this.solutionBox.hidden = false
      showSolution(this.solutionBox, this.data.solution, this.files)
      this.solutionBox.scrollIntoView({ block: "nearest", behavior: "smooth" })
      await this.work.refresh()
    }
    if (this.record?.passed || this.record?.solution_seen) await show()
    else this.ask(pressed, say("page_solution_ask"), show)
  }

  private async reset(): Promise<void> {
    this.saving.drop()
    const backup = this.own ? await backUp(this.space, this.files) : null
    this.files = { ...this.data.starter }
    await saveFiles(this.space, this.files)
    this.record = await noteReset(this.data.id)
    this.verdict.hidden = this.sql.hidden = this.solutionBox.hidden = true
    this.status.say("")
    if (backup) this.tell(say("page_kept_as", { backup }))
    await this.reload()
  }

  /** Ask below the buttons before something is done that the reader may not want. */
  private ask(pressed: HTMLButtonElement, question: string, yes: () => Promise<void>): void {
    const end = () => { this.notice.hidden = true; pressed.focus() }
    const answers = [button(say("page_yes"), () => { end(); return yes() }), button(say("page_no"), end)]
    this.tell(question, make("span", { className: "setu-tools" }, ...answers))
    this.notice.querySelector("button")!.focus()
  }

  private changedElsewhere(): void {
    this.tell(say("page_changed_elsewhere"), button(say("page_load_it"), async () => {
      const backup = this.saving.drop() ? await backUp(this.space, this.files) : null
      await this.reload()
      if (backup) this.tell(say("page_kept_as", { backup }))
      else this.notice.hidden = true
    }))
  }

  private tell(text: string, ...more: (Node | string)[]): void {
    this.notice.replaceChildren(rich(text), " ", ...more)
    this.notice.hidden = false
  }

  private async refresh(): Promise<void> {
    this.record = (await progress()).exercises[this.data.id]
    this.showState()
    await this.work.refresh()
  }

  private showState(): void {
    const state = stateOf(this.record, this.own)
    this.chip.textContent = say(`state_${state}`)
    this.chip.dataset["state"] = state
  }

  /** What the terminal says of a run that its parent had to end. */
  private outOfTime(): Verdict {
    const checks = this.data.declared.map(({ id, points, advisory }) => (
      { id, points, advisory, status: "skip" as const, key: null, params: {} }
    ))
    return {
      schema: 1, exercise: this.data.id, outcome: "time_limit", passed: false, score: 0,
      max_score: this.data.max_score, checks, frames: [], log: "", seed: 0, versions: {},
    }
  }
}
