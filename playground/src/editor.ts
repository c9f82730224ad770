// The editor of files and cells. CodeMirror itself is loaded when the first one is opened.

import { button, make } from "./dom"
import { language, say } from "./words"

export interface Options {
  text: string
  /** Decides the highlighting: Python for `.py`. */
  path: string
  /** What screen readers call it. */
  label: string
  /** Called when the reader changed the text, not when the page set it. */
  changed(text: string): void
  /** Ctrl+Enter (⌘+Enter), and Run in the bar of touch screens. */
  run?(): void
}

export interface Editor {
  /** Setting it keeps the undo history, so that the reader can go back. */
  text: string
  focus(): void
  /** Puts the cursor at the beginning of a line (from 1) and shows it. */
  goTo(line: number): void
  /** Marks lines (from 1) as wrong; the next call replaces them. */
  mark(lines: number[]): void
  destroy(): void
}

/** What the bar of touch screens does with the text. */
export interface Keys {
  insert(text: string): void
  indent(): void
  undo(): void
}

const KEYS = [":", "_", "(", ")", "[", "]", "\"", "=", "."]
let count = 0

/** Rejects when the editor could not be loaded; what `parent` held before is still there then. */
export async function makeEditor(parent: HTMLElement, options: Options): Promise<Editor> {
  const { codeMirror } = await import("./codemirror")
  count += 1
  const hint = make("p", { className: "setu-unseen", id: `setu-editor-hint-${count}` }, say("page_editor_hint"))
  hint.lang = language
  const box = make("div", { className: "setu-editor" })
  // Where Esc leads: the next Tab goes on from here.
  const after = make("p", { className: "setu-after", tabIndex: -1 }, say("page_editor_left"))
  after.lang = language
  const { editor, keys } = codeMirror(box, options, hint.id, () => after.focus())
  box.append(hint)
  if (matchMedia("(pointer: coarse)").matches) touchBar(box, keys, options.run)
  parent.append(box, after)
  const { destroy } = editor
  return Object.assign(editor, {
    destroy() {
      destroy()
      box.remove()
      after.remove()
    },
  })
}

/** The characters that a phone's keyboard hides, in a bar right above it while the editor has the focus. */
function touchBar(box: HTMLElement, keys: Keys, run?: () => void): void {
  const bar = make("div", { className: "setu-keys", hidden: true })
  bar.setAttribute("role", "toolbar")
  bar.setAttribute("aria-label", say("page_keys"))
  bar.append(button("Tab", () => keys.indent()))
  for (const key of KEYS) bar.append(button(key, () => keys.insert(key)))
  const symbol = (name: string, label: string, press: () => void) => {
    const made = button("", press, `setu-symbol setu-symbol--${name}`)
    made.setAttribute("aria-label", label)
    bar.append(made)
  }
  symbol("undo", say("page_undo"), () => keys.undo())
  if (run) symbol("run", say("page_run"), run)
  // A tap on the bar must not take the focus: the keyboard would go away.
  bar.addEventListener("pointerdown", event => event.preventDefault())
  bar.addEventListener("mousedown", event => event.preventDefault())
  box.append(bar)

  const view = window.visualViewport
  const place = () => {
    if (!view) return
    bar.style.transform = `translate(${view.offsetLeft}px, ${view.offsetTop + view.height - innerHeight}px)`
    bar.style.width = `${view.width}px`
  }
  box.addEventListener("focusin", () => { bar.hidden = false; place() })
  box.addEventListener("focusout", event => { bar.hidden = !box.contains(event.relatedTarget as Node | null) })
  view?.addEventListener("resize", place)
  view?.addEventListener("scroll", place)
}
