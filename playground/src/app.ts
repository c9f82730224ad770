// The app of a chapter: its files to change, Run, requests and their answers or the script's
// output, the SQL that was sent, the tables, Swagger UI, and Alembic where the chapter has it.

import { alembicConsole } from "./alembic"
import { button, make } from "./dom"
import { engine, whyMissing } from "./engine"
import { ChapterFiles } from "./files"
import { livePrinted, showPrinted, showTrouble, statusLine, storeNotice, type Status } from "./output"
import { Ended, type Calls, type Files, type Space, type Trouble } from "./protocol"
import { requestBar, type Answer, type Asked } from "./requests"
import type { Press } from "./start"
import { backUp, backupsOf, loadFiles, onFilesElsewhere, saveFiles, saver, type Saver } from "./store"
import type { swagger } from "./swagger"
import { tableViewer } from "./tables"
import { tabs } from "./tabs"
import { folder, loadWords, rich, say } from "./words"
import { xray, type Xray } from "./xray"

interface Data { id: string, kind: "api" | "script", tabs: string[], files: Files }
/** What every run answers. */
type Ran = Pick<Calls["script.run"]["answer"], "printed" | "sql" | "trouble">

const begun = new WeakMap<HTMLElement, Promise<AppElement>>()

/** Take over a chapter's element, then do what was asked. */
export async function begin(element: HTMLElement, press: Press): Promise<void> {
  let made = begun.get(element)
  if (!made) {
    made = AppElement.make(element)
    begun.set(element, made)
    made.catch(() => begun.delete(element))
  }
  const app = await made
  if (press === "edit") await app.edit()
  else await app.run()
}

class AppElement {
  private readonly space: Space
  private readonly files: ChapterFiles
  private readonly saving: Saver
  private readonly status: Status
  private readonly notice = make("p", { className: "setu-notice", hidden: true })
  private readonly runButton: HTMLButtonElement
  private readonly outputs = make("div", { className: "setu-outputs" })
  private readonly results = make("div", { className: "setu-results", hidden: true })
  private readonly left = make("div", { className: "setu-left" })
  private readonly requests: ReturnType<typeof requestBar> | null
  private readonly migrate: ReturnType<typeof alembicConsole> | null
  private readonly xray: Xray
  private readonly tables: ReturnType<typeof tableViewer>
  private readonly swaggerButton: HTMLButtonElement
  private readonly swaggerBox = make("div", { hidden: true })
  private swaggerUi: ReturnType<typeof swagger> | null = null
  private openapi: object | null = null
  /** The files that the running app was started with; null when none runs. */
  private running: string | null = null

  static async make(element: HTMLElement): Promise<AppElement> {
    await loadWords()
    const id = element.dataset["chapter"]!
    const answer = await fetch(new URL(`data/${id}.json`, folder))
    if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`)
    return new AppElement(element, await answer.json() as Data, await loadFiles({ kind: "chapter", id }) ?? {})
  }

  private constructor(element: HTMLElement, private readonly data: Data, edits: Files) {
    this.space = { kind: "chapter", id: data.id }
    element.querySelectorAll(".setu-start, .setu-size").forEach(each => each.remove())
    const [heading, ...rest] = element.children
    const local = make("details", { className: "setu-fold" }, make("summary", {}, say("page_local")), ...rest)
    const body = make("div", { className: "setu-app", lang: document.documentElement.lang })
    heading!.after(body)
    element.append(local)

    this.saving = saver(this.space, () => this.files.edits, backup => { if (backup) this.tell(say("page_kept_as", { backup })) })
    this.files = new ChapterFiles(body, data.tabs, data.files, edits, () => this.saving.changed(), () => void this.run(), () => void whyMissing().then(ending => this.status.ended(ending)))
    this.runButton = button(say("page_run"), () => this.run(), "setu-button--main")
    const line = make("div", {})
    body.append(make("div", { className: "setu-tools" }, this.runButton), line)
    this.status = statusLine(line)
    this.notice.setAttribute("role", "status")
    body.append(this.notice)
    storeNotice(body)
    body.append(this.outputs)
    this.migrate = "alembic.ini" in data.files ? alembicConsole(body, command => this.alembic(command), frame => void this.files.goTo(frame)) : null

    this.left.hidden = true
    const right = make("div", { className: "setu-right" })
    this.results.append(this.left, right)
    body.append(this.results)
    this.requests = data.kind === "api" ? requestBar(this.left, asked => this.send(asked)) : null
    this.swaggerButton = button(say("page_swagger_open"), () => this.toggleSwagger())
    this.swaggerButton.setAttribute("aria-expanded", "false")
    this.left.append(this.swaggerButton)
    const both = tabs(right, say("page_panel"))
    this.xray = xray(both.panel("sql", say("page_panel_sql")))
    this.tables = tableViewer(both.panel("tables", say("page_panel_tables")), this.space)
    body.append(this.swaggerBox, this.more())

    engine().listen(heard => { if (heard.lost) this.running = null })
    onFilesElsewhere(this.space, () => this.changedElsewhere())
    void this.offerUndo()
  }

  async edit(): Promise<void> {
    await this.files.focus()
  }

  /** Run the script, or start the app anew; false when there is no running app after it. */
  async run(): Promise<boolean> {
    if (this.runButton.disabled) return false
    this.runButton.disabled = true
    await Promise.all([this.saving.flush(), this.files.unmark()])
    this.outputs.replaceChildren()
    // As `setu app` does it: a database that the migrations make is brought up to date first.
    if (this.migrate && !await this.migrate("upgrade head")) {
      this.runButton.disabled = false
      return false
    }
    const files = this.files.all
    const given = { chapter: this.data.id, files }
    const printed = livePrinted(this.outputs)
    this.running = null
    const answer = await this.status.during(say("page_running"), async () => this.requests
      ? await engine().call("app.start", given, { printed })
      : await engine().call("script.run", given, { printed }))
    this.runButton.disabled = false
    if (!answer) return false
    this.results.hidden = false
    this.outputs.replaceChildren()
    await this.ran(answer, this.migrate !== null)
    if (answer.trouble) {
      this.status.say(say("page_app_failed"))
      return false
    }
    if (!("openapi" in answer)) {
      this.status.say(answer.printed.trim() ? say("page_app_done") : say("page_app_silent"))
      return true
    }
    this.running = JSON.stringify(files)
    this.left.hidden = false
    this.results.classList.add("setu-results--two")
    this.openapi = answer.openapi as object | null
    this.requests!.show(this.openapi)
    if (this.openapi) this.swaggerUi?.show(this.openapi)
    this.status.say(say("page_app_running"))
    return true
  }

  /** Send a request; an app that does not run, or runs with older files, is started first. */
  private async send(asked: Asked): Promise<Answer | null> {
    if (this.running !== JSON.stringify(this.files.all) && !await this.run()) return null
    this.outputs.replaceChildren()
    const answer = await this.status.during(say("page_running"), () => engine().call("app.request", { chapter: this.data.id, ...asked }))
    if (!answer) return null
    this.status.say(say(answer.trouble ? "page_app_raised" : "page_app_running"))
    await this.ran(answer, true)
    return answer
  }

  private async alembic(command: string): Promise<Calls["alembic.run"]["answer"] | null> {
    await this.saving.flush()
    const answer = await this.status.during(say("page_running"), () => engine().call("alembic.run", { chapter: this.data.id, files: this.files.all, command }))
    if (!answer) return null
    this.status.say("")
    this.results.hidden = false
    this.files.merge(answer.files)
    this.xray.show(answer.sql.map(group => ({ ...group, title: `alembic ${command}` })), true)
    void this.tables.refresh()
    return answer
  }

  private async ran({ printed, sql, trouble }: Ran, append = false): Promise<void> {
    showPrinted(this.outputs, printed)
    if (trouble) this.showTrouble(trouble)
    this.xray.show(sql, append)
    await this.tables.refresh()
  }

  private showTrouble(trouble: Trouble): void {
    showTrouble(this.outputs, trouble, frame => void this.files.goTo(frame))
  }

  private async toggleSwagger(): Promise<void> {
    const open = this.swaggerBox.hidden
    if (open && !this.swaggerUi) {
      const loaded = await this.status.during(say("page_loading"), async () => {
        try { return await import("./swagger") } catch { throw new Ended(await whyMissing()) }
      })
      if (!loaded) return
      this.status.say("")
      this.swaggerUi = loaded.swagger(this.swaggerBox, asked => this.send(asked))
      if (this.openapi) this.swaggerUi.show(this.openapi)
    }
    this.swaggerBox.hidden = !open
    this.swaggerButton.setAttribute("aria-expanded", String(open))
    this.swaggerButton.textContent = say(open ? "page_swagger_close" : "page_swagger_open")
    if (open) this.swaggerBox.scrollIntoView({ block: "nearest" })
  }

  // --- what is seldom needed: download, beginning again ---

  private more(): HTMLElement {
    const reset = button(say("page_reset"), () => this.ask(reset, say("page_app_reset_ask"), () => this.reset()))
    const database = button(say("page_database_reset"), () => this.ask(database, say("page_database_reset_ask"), () => this.resetDatabase()))
    return make("div", { className: "setu-tools setu-tools--more" }, button(say("page_app_download"), () => this.download()), reset, database)
  }

  private async download(): Promise<void> {
    const { zip } = await import("./zip")
    zip(this.data.id, this.files.all)
  }

  private async reset(): Promise<void> {
    this.saving.drop()
    if (Object.keys(this.files.edits).length) await backUp(this.space, this.files.edits)
    this.files.set({})
    await saveFiles(this.space, {})
    await this.offerUndo()
  }

  /** The files of before the last reset can be brought back, also after the page was closed. */
  private async offerUndo(): Promise<void> {
    const id = (await backupsOf(this.space)).at(-1)
    if (!id || Object.keys(this.files.edits).length) return
    this.tell(say("page_app_was_reset"), button(say("page_app_undo_reset"), async () => {
      this.files.set(await loadFiles({ ...this.space, id }) ?? {})
      await saveFiles(this.space, this.files.edits)
      this.notice.hidden = true
    }))
  }

  private async resetDatabase(): Promise<void> {
    if (engine().state === "busy") engine().stop()
    this.running = null
    const answer = await this.status.during(say("page_running"), () => engine().call("database.reset", { space: this.space }))
    if (!answer) return
    this.xray.clear()
    await this.tables.refresh()
    this.status.say(say("page_database_reset_done"))
  }

  private ask(pressed: HTMLButtonElement, question: string, yes: () => Promise<void>): void {
    const end = () => { this.notice.hidden = true; pressed.focus() }
    this.tell(question, button(say("page_yes"), () => { end(); return yes() }), " ", button(say("page_no"), end))
    pressed.closest(".setu-tools")!.after(this.notice)
    this.notice.querySelector("button")!.focus()
  }

  private changedElsewhere(): void {
    this.tell(say("page_changed_elsewhere"), button(say("page_load_it"), async () => {
      const backup = this.saving.drop() ? await backUp(this.space, this.files.edits) : null
      this.files.set(await loadFiles(this.space) ?? {})
      if (backup) this.tell(say("page_kept_as", { backup }))
      else this.notice.hidden = true
    }))
  }

  private tell(text: string, ...more: (Node | string)[]): void {
    this.notice.replaceChildren(rich(text), " ", ...more)
    this.notice.hidden = false
  }
}
