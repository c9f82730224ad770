// CodeMirror with what the editor needs and no more: a chunk of its own, see editor.ts.

import { closeBrackets, closeBracketsKeymap, insertBracket } from "@codemirror/autocomplete"
import { defaultKeymap, history, historyKeymap, indentLess, indentMore, undo } from "@codemirror/commands"
import { pythonLanguage } from "@codemirror/lang-python"
import { HighlightStyle, bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language"
import { Annotation, EditorSelection, EditorState, StateEffect, StateField } from "@codemirror/state"
import { Decoration, EditorView, drawSelection, keymap, lineNumbers, type Command, type DecorationSet } from "@codemirror/view"
import { tags } from "@lezer/highlight"

import type { Editor, Keys, Options } from "./editor"

const colour = (name: string) => `var(--md-code-hl-${name}-color)`

const colours = syntaxHighlighting(HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: colour("keyword") },
  { tag: [tags.bool, tags.null, tags.self], color: colour("constant") },
  { tag: tags.string, color: colour("string") },
  { tag: [tags.special(tags.string), tags.escape, tags.invalid], color: colour("special") },
  { tag: tags.number, color: colour("number") },
  { tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName)), tags.definition(tags.className), tags.className, tags.meta], color: colour("function") },
  { tag: tags.comment, color: colour("comment") },
  { tag: [tags.operator, tags.derefOperator], color: colour("operator") },
  { tag: [tags.punctuation, tags.bracket, tags.separator], color: colour("punctuation") },
]))

const setByPage = Annotation.define<boolean>()
const setMarks = StateEffect.define<number[]>()
const wrong = Decoration.line({ class: "setu-wrong" })

const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(now, transaction) {
    let next = now.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) next = Decoration.set(effect.value.map(at => wrong.range(at)), true)
    }
    return next
  },
  provide: field => EditorView.decorations.from(field),
})

/** Selected lines move as a whole; at a cursor, spaces up to the next column of four. */
const indent: Command = view => {
  const { from, to, head, empty } = view.state.selection.main
  if (!empty) return indentMore(view)
  const column = head - view.state.doc.lineAt(head).from
  view.dispatch({ ...change(from, to, " ".repeat(4 - column % 4)), userEvent: "input" })
  return true
}

const change = (from: number, to: number, insert: string) => (
  { changes: { from, to, insert }, selection: EditorSelection.cursor(from + insert.length), scrollIntoView: true }
)

/** An editor in `parent`; `leave` is called at Esc. */
export function codeMirror(parent: HTMLElement, options: Options, hint: string, leave: () => void): { editor: Editor, keys: Keys } {
  const run: Command = () => { options.run?.(); return !!options.run }
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        keymap.of([
          { key: "Mod-Enter", run },
          { key: "Escape", run: () => { leave(); return true } },
          { key: "Tab", run: indent, shift: indentLess },
          ...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap,
        ]),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        indentOnInput(),
        indentUnit.of("    "),
        EditorState.tabSize.of(4),
        options.path.endsWith(".py") ? pythonLanguage : [],
        colours,
        marks,
        EditorView.contentAttributes.of({ "aria-label": options.label, "aria-describedby": hint, "tabindex": "0", "spellcheck": "false", "autocorrect": "off", "autocapitalize": "off", "lang": "en" }),
        EditorView.updateListener.of(update => {
          const byPage = update.transactions.some(each => each.annotation(setByPage))
          if (update.docChanged && !byPage) options.changed(update.state.doc.toString())
        }),
      ],
    }),
  })
  const start = (line: number) => view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines))).from
  return {
    editor: {
      get text() { return view.state.doc.toString() },
      set text(text) {
        if (text === view.state.doc.toString()) return
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, annotations: setByPage.of(true) })
      },
      focus: () => view.focus(),
      goTo(line) {
        view.dispatch({ selection: EditorSelection.cursor(start(line)), effects: EditorView.scrollIntoView(start(line), { y: "center" }) })
        view.focus()
      },
      mark: lines => view.dispatch({ effects: setMarks.of([...new Set(lines)].map(start)) }),
      destroy: () => view.destroy(),
    },
    keys: {
      insert(text) {
        const closed = insertBracket(view.state, text)
        const { from, to } = view.state.selection.main
        view.dispatch(closed ?? { ...change(from, to, text), userEvent: "input.type" })
      },
      indent: () => indent(view),
      undo: () => undo(view),
    },
  }
}
