// A lab's code cells: run, change, bring back, in one namespace; what each cell's state is; the
// SQL and the tables in a panel of their own.

import { button, make } from "./dom"
import { makeEditor, type Editor } from "./editor"
import { engine, whyMissing } from "./engine"
import { livePrinted, showOutputs, showTrouble, statusLine, storeNotice, type Status } from "./output"
import { panel, type Panel } from "./panel"
import type { Calls, Frame, Space } from "./protocol"
import { backUp, forget, loadFiles, onFilesElsewhere, saver, type Saver } from "./store"
import type { Press } from "./start"
import { loadWords, rich, say } from "./words"

type State = "fresh" | "changed" | "waiting" | "running" | "run" | "error" | "edited" | "gone"
type Answer = Calls["lab.run"]["answer"]

/** Take over all cells of the page, then do what was asked of `element`, one of them. */
export async function begin(element: HTMLElement, press: Press): Promise<void> {
  await loadWords()
  lab ??= Lab.make()
  const cell = (await lab).cells.find(each => each.element === element)!
  if (press === "edit") await cell.edit()
  else await cell.lab.run([cell])
}

let lab: Promise<Lab> | null = null

class Lab {
  readonly cells: Cell[]
  readonly panel: Panel
  private readonly lost: HTMLElement
  private readonly saving: Saver

  static async make(): Promise<Lab> {
    const frame = document.querySelector<HTMLElement>(".lab[data-lab]")!
    const space: Space = { kind: "lab", id: frame.dataset["lab"]! }
    const kept = await loadFiles(space)
    return new Lab(space, frame, kept ?? {})
  }

  private constructor(readonly space: Space, frame: HTMLElement, kept: Record<string, string>) {
    this.panel = panel(space)
    const elements = [...document.querySelectorAll<HTMLElement>(".cell[data-cell]:not([data-not-here])")]
    this.cells = elements.map(element => new Cell(this, element, kept[element.dataset["cell"]!]))
    const notice = make("p", { className: "setu-notice", hidden: true })
    notice.setAttribute("role", "status")
    this.saving = saver(space, () => this.files(), backup => {
      if (backup) this.tell(notice, say("page_kept_as", { backup }))
    })
    this.lost = make("p", { className: "setu-notice", hidden: true, lang: document.documentElement.lang }, say("page_lab_lost"))
    const anew = button(say("page_lab_anew"), () => this.askAnew(anew))
    frame.append(make("div", { className: "setu-tools", lang: document.documentElement.lang }, anew), this.lost, notice)
    storeNotice(frame)
    this.offer()
    engine().listen(heard => { if (heard.lost) this.lose() })
    onFilesElsewhere(space, () => this.changedElsewhere(notice))
    document.querySelector(".lab .setu-size")?.remove()
  }

  changed(): void { this.saving.changed() }

  /** Run cells one after another; an error that is not meant ends the row. */
  async run(cells: Cell[], asked?: Cell): Promise<void> {
    for (const cell of cells) cell.wait()
    for (const [index, cell] of cells.entries()) {
      const good = await cell.run(index > 0)
      if (good) continue
      for (const rest of cells.slice(index + 1)) rest.unwait()
      if (asked && cell !== asked) asked.say(say("page_lab_failed_above", { name: cell.name }))
      return
    }
  }

  /** The cells above this one from the first on that is not as it ran. */
  above(cell: Cell): Cell[] {
    const above = this.cells.slice(0, this.cells.indexOf(cell))
    const first = above.findIndex(each => !each.upToDate)
    return first < 0 ? [] : above.slice(first)
  }

  /** The places of a traceback in cells: Jupyter names them by the number of their run. */
  places(traceback: string): Frame[] {
    return [...traceback.matchAll(/^Cell In\[(\d+)\], line (\d+)/gm)].flatMap(([, number, line]) => {
      const cell = this.cells.find(each => each.number === Number(number))
      return cell ? [{ file: cell.name, line: Number(line), name: "" }] : []
    })
  }

  /** Offer to run what is above only where there is something to run. */
  offer(): void {
    for (const cell of this.cells) cell.aboveButton.hidden = !this.above(cell).length
  }

  /** Say that variables are gone, or no longer; `near`: where the reader looks. */
  found(near?: HTMLElement): void {
    this.lost.hidden = this.cells.every(cell => cell.state !== "gone")
    near?.parentElement!.insertBefore(this.lost, near.nextElementSibling!.nextElementSibling)
  }

  private files(): Record<string, string> {
    return Object.fromEntries(this.cells.filter(cell => cell.text !== cell.original).map(cell => [cell.name, cell.text]))
  }

  private lose(): void {
    for (const cell of this.cells) cell.lose()
    this.found()
  }

  private tell(notice: HTMLElement, text: string, ...more: Node[]): void {
    notice.replaceChildren(rich(text), " ", ...more)
    notice.hidden = false
  }

  private async changedElsewhere(notice: HTMLElement): Promise<void> {
    this.tell(notice, say("page_changed_elsewhere"), button(say("page_load_it"), async () => {
      if (this.saving.drop()) await backUp(this.space, this.files())
      const kept = await loadFiles(this.space) ?? {}
      for (const cell of this.cells) cell.text = kept[cell.name] ?? cell.original
      notice.hidden = true
    }))
  }

  private askAnew(anew: HTMLButtonElement): void {
    const asked = make("span", { className: "setu-ask" }, say("page_lab_anew_ask"), " ")
    const end = () => { asked.remove(); anew.hidden = false; anew.focus() }
    const answers = [button(say("page_yes"), () => { end(); return this.anew(anew) }), button(say("page_no"), end)]
    asked.append(make("span", { className: "setu-tools" }, ...answers))
    anew.hidden = true
    anew.after(asked)
    asked.querySelector("button")!.focus()
  }

  private async anew(anew: HTMLElement): Promise<void> {
    const mine = this.files()
    const backup = Object.keys(mine).length ? await backUp(this.space, mine) : null
    await forget(this.space)
    if (engine().state === "busy") engine().stop()
    if (engine().state !== "off") await engine().call("lab.reset", { lab: this.space.id }).catch(() => { /* a new worker is as new as a reset one */ })
    for (const cell of this.cells) cell.anew()
    this.panel.clear()
    this.lost.hidden = true
    const done = make("span", {}, ` ${say("page_lab_anew_done")} ${backup ? say("page_kept_as", { backup }) : ""}`)
    done.setAttribute("role", "status")
    anew.nextElementSibling?.remove()
    anew.after(done)
  }
}

class Cell {
  readonly name: string
  readonly original: string
  state: State
  number = 0
  readonly aboveButton: HTMLButtonElement
  private current: string
  /** The code as the page shows it, with its colours. */
  private readonly listing: HTMLElement
  private readonly plain: HTMLElement
  private readonly stored: HTMLElement[]
  private readonly mark: HTMLElement
  private readonly outputs = make("div", { className: "setu-outputs", hidden: true })
  private readonly badge = make("span", { className: "setu-state" })
  private readonly tools = make("div", { className: "setu-tools" })
  private readonly place = make("div", { className: "setu-editing", hidden: true })
  private readonly restoreButton: HTMLButtonElement
  private readonly editButton: HTMLButtonElement
  private status: Status | null = null
  private editor: Editor | null = null

  constructor(readonly lab: Lab, readonly element: HTMLElement, kept: string | undefined) {
    this.name = element.dataset["cell"]!
    this.listing = element.querySelector<HTMLElement>(".highlight")!
    this.original = this.listing.querySelector("code")!.textContent!.trimEnd()
    this.current = kept ?? this.original
    this.plain = make("div", { className: "highlight", hidden: true }, make("pre", {}, make("code")))
    this.stored = [...element.querySelectorAll<HTMLElement>(":scope > .output")]
    this.mark = make("p", { className: "setu-stored" }, say("page_stored"))
    this.state = this.current === this.original ? "fresh" : "changed"

    element.querySelector(".setu-start")?.remove()
    const run = button(say("page_run"), () => lab.run([this]), "setu-button--main")
    this.aboveButton = button(say("page_run_above"), () => lab.run(lab.above(this), this))
    this.editButton = button(say("page_edit"), () => this.editor ? this.closeEditor() : this.edit())
    this.restoreButton = button(say("page_restore"), () => { this.text = this.original; this.changed(this.original) })
    this.tools.append(run, this.aboveButton, this.editButton, this.restoreButton, this.badge)
    this.tools.setAttribute("role", "group")
    this.tools.setAttribute("aria-label", say("page_cell", { name: this.name }))
    this.tools.lang = this.outputs.lang = document.documentElement.lang
    this.listing.after(this.plain, this.place, this.tools)
    if (this.fails) {
      this.tools.after(make("p", { className: "setu-size", lang: document.documentElement.lang }, say("page_on_purpose")))
    }
    this.stored[0]?.before(this.mark)
    element.append(this.outputs)
    this.show()
  }

  get text(): string { return this.current }

  /** It ran as it stands now, with the variables that are there. */
  get upToDate(): boolean {
    return this.state === "run" || this.state === "error" && this.fails
  }

  /** Ends in an error on purpose. */
  private get fails(): boolean { return this.element.dataset["tags"]!.split(" ").includes("raises-exception") }

  set text(text: string) {
    if (this.editor) this.editor.text = text
    this.changed(text, false)
  }

  async edit(line = 0): Promise<void> {
    if (!this.editor) {
      try {
        this.editor = await makeEditor(this.place, {
          text: this.current,
          path: `${this.name}.py`,
          label: say("page_cell", { name: this.name }),
          changed: text => this.changed(text),
          run: () => void this.lab.run([this]),
        })
      } catch {
        this.line().ended(await whyMissing())
        return
      }
    }
    this.show()
    this.editor.focus()
    if (line) this.editor.goTo(line)
  }

  say(text: string): void {
    this.line().say(text)
  }

  wait(): void {
    if (this.state !== "running") this.set("waiting")
  }

  unwait(): void {
    if (this.state === "waiting") this.set(this.resting())
  }

  /** Run the cell; false when it gave no answer, or an error that is not meant. */
  async run(append: boolean): Promise<boolean> {
    const code = this.current
    const status = this.line()
    const before = this.state === "waiting" ? this.resting() : this.state
    this.outputs.replaceChildren()
    const printed = livePrinted(this.outputs)
    const answer = await status.during(say("page_running"), () => {
      const running = engine().call("lab.run", { lab: this.lab.space.id, cell: this.name, code }, {
        printed: (stream, text) => { this.showStored(false); printed(stream, text) },
      })
      this.set("running")
      return running
    })
    if (!answer) {
      if (!this.outputs.childNodes.length) this.showStored(this.number === 0)
      // Unless the worker's end has said already what became of this cell.
      if (this.is("running")) this.set(before)
      this.lab.found(this.tools)
      return false
    }
    status.say("")
    this.number = answer.number
    this.ran = code
    this.failed = answer.trouble !== null
    this.set(this.resting())
    this.showStored(false)
    this.outputs.replaceChildren()
    this.showAnswer(answer)
    this.lab.panel.ran(answer.sql, append)
    this.lab.found()
    return !answer.trouble || this.fails
  }

  /** The variables that the cell made are gone. */
  lose(): void {
    if (["run", "error", "edited", "running"].includes(this.state)) this.set("gone")
    this.ran = null
  }

  /** As on a page that was just opened. */
  anew(): void {
    this.closeEditor()
    this.number = 0
    this.ran = null
    this.current = this.original
    this.showStored(true)
    this.status?.say("")
    this.set("fresh")
  }

  /** The code that ran last with the variables that are there. */
  private ran: string | null = null
  private failed = false

  private is(state: State): boolean { return this.state === state }

  private resting(): State {
    if (this.ran !== null) return this.ran !== this.current ? "edited" : this.failed ? "error" : "run"
    if (this.number) return "gone"
    return this.current === this.original ? "fresh" : "changed"
  }

  private changed(text: string, save = true): void {
    this.current = text.trimEnd()
    if (save) this.lab.changed()
    if (this.state === "waiting" || this.state === "running") this.show()
    else this.set(this.resting())
  }

  private closeEditor(): void {
    this.editor?.destroy()
    this.editor = null
    this.place.replaceChildren()
    this.show()
  }

  private line(): Status {
    if (!this.status) {
      const holder = make("div", { lang: document.documentElement.lang })
      this.tools.after(holder)
      this.status = statusLine(holder)
    }
    return this.status
  }

  private showAnswer(answer: Answer): void {
    const failed = answer.outputs.find(output => output.output_type === "error")
    showOutputs(this.outputs, answer.outputs.filter(output => output !== failed))
    if (!answer.trouble) return
    const lines = failed?.["traceback"]
    const traceback = Array.isArray(lines) ? lines.join("\n") : answer.trouble.traceback
    const trouble = { ...answer.trouble, traceback, frames: this.lab.places(traceback) }
    showTrouble(this.outputs, trouble, frame => {
      void this.lab.cells.find(each => each.name === frame.file)?.edit(frame.line)
    }, true)
    if (trouble.error.startsWith("NameError") && this.lab.above(this).length) {
      const all = button(say("page_run_above"), () => this.lab.run(this.lab.above(this), this))
      this.outputs.append(make("p", { className: "setu-notice" }, say("page_lab_above_first"), " ", all))
    }
  }

  private showStored(stored: boolean): void {
    for (const each of this.stored) each.hidden = !stored
    this.mark.hidden = !stored
    this.outputs.hidden = stored
  }

  private set(state: State): void {
    this.state = state
    this.show()
    this.lab.offer()
  }

  private show(): void {
    this.badge.textContent = say(`page_cell_${this.state}`, { number: this.number })
    this.badge.dataset["state"] = this.state
    const own = this.current !== this.original
    this.restoreButton.hidden = !own
    this.place.hidden = !this.editor
    this.listing.hidden = Boolean(this.editor) || own
    this.plain.hidden = Boolean(this.editor) || !own
    this.plain.querySelector("code")!.textContent = this.current
    this.editButton.textContent = say(this.editor ? "page_editor_close" : "page_edit")
  }
}
