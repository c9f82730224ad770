// The files of a chapter in tabs, each with an editor from when it is first shown.

import { make } from "./dom"
import { makeEditor, type Editor } from "./editor"
import type { Files, Frame } from "./protocol"
import { tabs, type Tabs } from "./tabs"
import { say } from "./words"

/** What is not shown among the other files: it is there to be downloaded. */
const UNSHOWN = /^(demos|tests)\/|^chapter\.toml$|__init__\.py$/

export class ChapterFiles {
  private readonly tabs: Tabs
  private readonly more = make("select", { className: "setu-more" })
  private readonly editors = new Map<string, Promise<Editor>>()

  /** `originals`: the chapter's files; `edits`: those that the reader changed or made; `failed`: there is no editor. */
  constructor(
    parent: HTMLElement, shown: string[], private readonly originals: Files, private edited: Files,
    private readonly changed: () => void, private readonly run: () => void, private readonly failed: () => void,
  ) {
    const box = make("div", { className: "setu-files" })
    this.more.setAttribute("aria-label", say("page_app_more"))
    this.more.addEventListener("change", () => { if (this.more.value) this.open(this.more.value) })
    parent.append(box)
    this.tabs = tabs(box, say("page_files"), path => void this.editor(path).catch(() => null))
    box.append(this.more)
    for (const path of shown) this.tabs.panel(path)
    this.set(edited)
  }

  /** All the files as they now stand. */
  get all(): Files { return { ...this.originals, ...this.edited } }

  /** Those that differ from the chapter's. */
  get edits(): Files { return this.edited }

  /** Takes over other edits in place of those that are there. */
  set(edits: Files): void {
    const touched = Object.keys({ ...this.edited, ...edits })
    this.edited = {}
    for (const [path, text] of Object.entries(edits)) this.note(path, text)
    for (const path of touched) this.show(path)
    this.list()
  }

  /** Takes over files that a command made or changed (null: deleted), and shows the last of them. */
  merge(made: Record<string, string | null>): void {
    const last = Object.keys(made).findLast(path => made[path] !== null)
    for (const [path, text] of Object.entries(made)) {
      if (text === null) delete this.edited[path]
      else this.note(path, text)
      this.show(path)
    }
    this.list()
    if (last) this.tabs.select(last)
    if (Object.keys(made).length) this.changed()
  }

  async focus(): Promise<void> {
    (await this.editor(this.tabs.selected).catch(() => null))?.focus()
  }

  /** Opens the file of a place in the reader's code, at its line, which is marked. */
  async goTo({ file, line }: Frame): Promise<void> {
    if (!(file in this.all)) return
    this.open(file)
    const editor = await this.editor(file).catch(() => null)
    editor?.mark([line])
    editor?.goTo(line)
  }

  async unmark(): Promise<void> {
    for (const editor of this.editors.values()) (await editor.catch(() => null))?.mark([])
  }

  private open(path: string): void {
    this.tabs.panel(path)
    this.tabs.select(path)
    this.list()
  }

  private note(path: string, text: string): void {
    if (text === this.originals[path]) delete this.edited[path]
    else this.edited[path] = text
  }

  /** Brings the tab of a file and its editor up to date. */
  private show(path: string): void {
    const text = this.all[path]
    if (text === undefined) {
      void this.editors.get(path)?.then(editor => editor.destroy())
      this.editors.delete(path)
      this.tabs.remove(path)
      return
    }
    if (path in this.edited) this.tabs.panel(path)
    this.tabs.mark(path, !(path in this.edited) ? null : say(path in this.originals ? "page_app_edited" : "page_app_new"))
    void this.editors.get(path)?.then(editor => { editor.text = text })
  }

  /** The other files, to be opened. */
  private list(): void {
    const others = Object.keys(this.all).filter(path => !this.tabs.ids.includes(path) && !UNSHOWN.test(path)).sort()
    const first = make("option", { value: "" }, say("page_app_more"))
    this.more.replaceChildren(first, ...others.map(path => make("option", { value: path }, path)))
    this.more.hidden = !others.length
  }

  private editor(path: string): Promise<Editor> {
    let made = this.editors.get(path)
    if (made) return made
    const panel = this.tabs.panel(path)
    // Until the editor is there, and if it cannot be loaded, the file can be read.
    const plain = make("div", { className: "highlight" }, make("pre", { tabIndex: 0 }, make("code", {}, this.all[path]!)))
    panel.replaceChildren(plain)
    made = makeEditor(panel, {
      text: this.all[path]!, path, label: path, run: this.run,
      changed: text => {
        this.note(path, text)
        this.show(path)
        this.changed()
      },
    })
    this.editors.set(path, made)
    made.then(() => plain.remove(), () => {
      this.editors.delete(path)
      this.failed()
    })
    return made
  }
}
