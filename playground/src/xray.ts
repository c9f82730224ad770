// The SQL X-ray: what was sent, by request and by transaction, with the logic of `setu app --sql`
// (src/setu/chapters/sql_log.py): neighbours that repeat are shown once and counted.

import { make } from "./dom"
import type { Sent, SqlGroup } from "./protocol"
import { rich, say } from "./words"

export interface Xray {
  /** Newest group first; without `append` the groups from before go. */
  show(groups: SqlGroup[], append?: boolean): void
  clear(): void
}

/** Neighbours that are shown as one, or what lies between the start and the end of a transaction. */
type Part = { repeated: Sent[] } | { begin: Sent | null, end: Sent | null, inside: Part[] }

const TITLES = {
  startup: "page_xray_startup", shutdown: "page_xray_shutdown", request: "page_xray_request",
  run: "page_xray_run", check: "page_xray_check",
} satisfies Record<SqlGroup["about"], string>
/** Groups that stay on the page. */
const MOST = 50
/** From so many on, one query sent again and again is called by its name. */
const MANY = 3

const KEYWORDS = /('(?:[^']|'')*'|"(?:[^"]|"")*")|\b(SELECT|DISTINCT|FROM|WHERE|AND|OR|NOT|IN|IS|NULL|LIKE|BETWEEN|EXISTS|CASE|WHEN|THEN|ELSE|END|AS|ON|JOIN|LEFT|OUTER|INNER|CROSS|GROUP|ORDER|BY|HAVING|LIMIT|OFFSET|ASC|DESC|UNION|ALL|WITH|RECURSIVE|INSERT|INTO|VALUES|DEFAULT|UPDATE|SET|DELETE|RETURNING|CONFLICT|DO|NOTHING|CREATE|TABLE|INDEX|UNIQUE|PRIMARY|FOREIGN|KEY|REFERENCES|CONSTRAINT|CHECK|CASCADE|ALTER|ADD|DROP|COLUMN|RENAME|TO|PRAGMA|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/gi
const WRITES = /^\s*(INSERT|UPDATE|DELETE|REPLACE)\b/i

export function xray(parent: HTMLElement): Xray {
  const box = make("div", { className: "setu-xray" })
  parent.append(box)
  const clear = () => box.replaceChildren(make("p", { className: "setu-empty" }, rich(say("page_xray_empty"))))
  clear()
  return {
    clear,
    show(groups, append = false) {
      const sent = groups.filter(group => group.sent.length)
      if (!append) clear()
      if (!sent.length) return
      box.querySelector(".setu-empty")?.remove()
      for (const old of box.querySelectorAll("details")) old.open = false
      for (const group of sent) box.prepend(drawn(group))
      for (const old of [...box.children].slice(MOST)) old.remove()
    },
  }
}

function drawn(group: SqlGroup): HTMLElement {
  const statements = group.sent.filter(sent => sent.kind === "statement")
  const title = group.title ? make("code", {}, group.title) : say(TITLES[group.about])
  const count = make("span", { className: "setu-count" }, `SQL: ${statements.length} · ${milliseconds(statements)}`)
  return make("details", { className: "setu-group", open: true }, make("summary", {}, title, " ", count), list(parts(group.sent)))
}

/** The transactions of a group as brackets, what repeats in them folded. */
export function parts(group: Sent[]): Part[] {
  const top: Part[] = []
  const open: Extract<Part, { inside: Part[] }>[] = []
  const here = () => open.at(-1)?.inside ?? top
  for (const sent of group) {
    const last = here().at(-1)
    if (sent.kind === "statement") {
      if (last && "repeated" in last && alike(last.repeated[0]!) === alike(sent)) last.repeated.push(sent)
      else here().push({ repeated: [sent] })
    } else if (/^(BEGIN|SAVEPOINT)/.test(sent.sql)) {
      const block = { begin: sent, end: null, inside: [] }
      here().push(block)
      open.push(block)
    } else {
      const savepoint = sent.sql.includes("SAVEPOINT")
      const index = open.findLastIndex(block => block.begin!.sql.startsWith("SAVEPOINT") === savepoint)
      if (index < 0) here().push({ begin: null, end: sent, inside: [] })
      else open.splice(index)[0]!.end = sent
    }
  }
  return top
}

const alike = (sent: Sent) => sent.catalog ? "" : sent.sql

function list(found: Part[]): HTMLElement {
  const all = make("ul", { className: "setu-sent" })
  for (const part of found) all.append("repeated" in part ? statement(part.repeated) : transaction(part))
  return all
}

function transaction({ begin, end, inside }: Extract<Part, { inside: Part[] }>): HTMLElement {
  const back = end?.sql.startsWith("ROLLBACK") ?? false
  const undone = back && wrote(inside)
  const item = make("li", { className: undone ? "setu-transaction setu-transaction--undone" : "setu-transaction" })
  if (begin) item.append(make("p", { className: "setu-boundary" }, sql(begin.sql)))
  if (inside.length) item.append(list(inside))
  const last = make("p", { className: "setu-boundary" })
  if (end) last.append(sql(end.sql))
  else last.append(make("span", {}, say("page_xray_open")))
  if (back) last.append(" ", make("span", {}, say(undone ? "page_xray_undone" : "page_xray_nothing_lost")))
  item.append(last)
  return item
}

const wrote = (found: Part[]): boolean => found.some(part =>
  "repeated" in part ? WRITES.test(part.repeated[0]!.sql) : wrote(part.inside))

function statement(repeated: Sent[]): HTMLElement {
  const first = repeated[0]!
  const item = make("li", { className: "setu-statement" })
  const notes = make("p", { className: "setu-notes" })
  const note = (text: string, className = "") => notes.append(make("span", { className }, text), " ")
  if (first.catalog) {
    note(say("page_xray_catalog"))
    note(`× ${repeated.length}`)
    note(milliseconds(repeated))
    item.append(notes)
    return item
  }
  const code = make("code", {}, sql(dedent(first.sql)))
  item.append(make("pre", { tabIndex: 0 }, code), notes)
  const sets = repeated.flatMap(sent => sent.parameters).filter(Boolean)
  for (const set of sets.slice(0, 3)) notes.append(make("code", {}, set), " ")
  if (sets.length > 3) note("…")
  const times = Math.max(sets.length, repeated.length)
  if (times > 1) {
    note(`× ${times}`, "setu-times")
    if (repeated.length === 1) note(say("page_xray_one_call"))
    else if (/^\s*SELECT\b/i.test(first.sql) && times >= MANY) {
      item.classList.add("setu-statement--many")
      note(say("page_xray_n_plus_one"), "setu-times")
    }
  }
  const rows = repeated.map(sent => sent.rows).filter(count => count !== null)
  if (rows.length) note(say("page_xray_rows", { rows: String(rows.reduce((sum, count) => sum + count, 0)) }))
  note(milliseconds(repeated))
  for (const { error } of repeated) if (error) item.append(make("p", { className: "setu-error" }, error))
  return item
}

/** The text with its keywords marked. */
function sql(text: string): DocumentFragment {
  const whole = document.createDocumentFragment()
  let from = 0
  for (const found of text.matchAll(KEYWORDS)) {
    whole.append(text.slice(from, found.index), make("span", { className: found[1] ? "setu-string" : "setu-keyword" }, found[0]))
    from = found.index + found[0].length
  }
  whole.append(text.slice(from))
  return whole
}

function dedent(text: string): string {
  const lines = text.replaceAll("\t", "  ").split("\n").map(line => line.trimEnd()).filter(Boolean)
  const margin = Math.min(...lines.map(line => line.search(/\S/)))
  return lines.map(line => line.slice(margin)).join("\n")
}

const milliseconds = (sent: Sent[]) => `${sent.reduce((sum, { ms }) => sum + ms, 0).toFixed(1)} ms`
