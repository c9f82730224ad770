// A verdict in words, put together as src/setu/exercises/show.py does it for the terminal.

import { make } from "./dom"
import { showPlaces } from "./output"
import type { Files, Frame, Language, Verdict } from "./protocol"
import { fill, language, rich, say } from "./words"

/** Lines of the reader's own output that are shown, the last ones. */
const SHOWN_OUTPUT = 200
/** Characters that tell of each failure after the first. */
const SHORT = 80
/** Lines of the reader's code that are shown, the innermost ones. */
const SHOWN_PLACES = 3
const SIGNS = { pass: "✓", fail: "✗", skip: "–" }

export type Messages = Record<string, Record<Language, string>>
type Check = Verdict["checks"][number]

/** What the exercise's data say that a verdict is shown with. */
export interface Known { messages: Messages, edit: string[], starter: Files }

export function showVerdict(parent: HTMLElement, verdict: Verdict, known: Known, onPlace: (frame: Frame) => void): void {
  const words = (key: string, params: Record<string, string | number> = {}) => {
    const own = known.messages[key]?.[language]
    return own === undefined ? say(key, params) : fill(own, params)
  }
  const failing = verdict.checks.filter(check => check.status === "fail")
  const own = verdict.frames.filter(frame => known.edit.includes(frame.file) || !(frame.file in known.starter))
  const counts = { score: verdict.score, max_score: verdict.max_score }
  const about = verdict.outcome === "passed" || verdict.outcome === "failed"

  parent.replaceChildren()
  parent.dataset["outcome"] = verdict.passed ? "passed" : "failed"
  const head = make("p", { className: "setu-verdict-head" })
  const key = outcomeKey(verdict)
  head.append(rich(about ? say(`verdict_${verdict.outcome}`, counts) : words(key)))
  parent.append(head)
  if (!about) {
    const error = errorOf(verdict)
    if (error) parent.append(make("p", { className: "setu-error" }, make("code", {}, error)))
    // Also what came ready may have been broken; the place where all tables are made is none to look at.
    const last = verdict.frames.slice(-1).filter(frame => key !== "start_error_table" && !own.includes(frame))
    showPlaces(parent, [...own, ...last].slice(-SHOWN_PLACES), onPlace)
  }
  const told = verdict.outcome === "import_error" ? undefined : failing[0]
  if (told) parent.append(failure(told, verdict, words))
  if (about) {
    showPlaces(parent, own.slice(-SHOWN_PLACES), onPlace)
    const list = others(verdict, failing[0])
    if (list.childElementCount) parent.append(list)
  }
  if (verdict.log.trim()) {
    const printed = foldFrames(verdict.log.replace(/^\n+|\n+$/g, "").split("\n")).slice(-SHOWN_OUTPUT)
    const code = make("pre", { tabIndex: 0 }, make("code", {}, printed.join("\n")))
    parent.append(make("details", { className: "setu-log" }, make("summary", {}, say("verdict_output")), make("div", { className: "highlight" }, code)))
  }
}

const UNFINISHED_CODE = ["SyntaxError", "IndentationError", "TabError", "ImportError", "ModuleNotFoundError", "NameError"]
const NO_APP = "AttributeError: module 'app.main' has no attribute 'app'"

/**
 * The message key for how a run ended, chosen as `outcome_key` of src/setu/checks/verdict.py does.
 *
 * Two of its keys are the terminal's alone: the page's files are never in another encoding, and when
 * its time is up it cannot tell how far the run was.
 */
function outcomeKey({ outcome, error = "" }: Verdict): string {
  if (outcome === "start_error" && error.includes("CREATE TABLE")) return "start_error_table"
  if (outcome !== "import_error") return outcome
  if (error.startsWith(NO_APP)) return "import_error_no_app"
  const raised = /^([\w.]+)(:|$)/.exec(error)
  return raised && !UNFINISHED_CODE.includes(raised[1]!) ? "import_error_raised" : outcome
}

/** What ended the run, or else what broke the first check that is at fault itself. */
function errorOf({ error, checks }: Verdict): string {
  const broken = checks.find(check => check.key === "checker_fault")
  return error || (broken ? `${broken.id}: ${broken.params["error"] ?? ""}` : "")
}

function failure(check: Check, verdict: Verdict, words: (key: string, params?: Record<string, string>) => string): HTMLElement {
  const box = make("div", { className: "setu-failure" }, named(check, make("p", {})))
  const facts = make("dl", {})
  for (const name of ["did", "expected", "got"]) {
    const value = check.params[name]
    if (value) facts.append(make("dt", {}, say(`verdict_${name}`)), make("dd", {}, make("code", {}, value)))
  }
  if (facts.childElementCount) box.append(facts)
  if (check.key && check.key !== verdict.outcome) { // or it would be said twice
    const cause = make("p", { className: "setu-cause" })
    cause.append(rich(words(check.key, check.params)))
    box.append(cause)
  }
  return box
}

function others(verdict: Verdict, told: Check | undefined): HTMLElement {
  const list = make("ul", { className: "setu-checks" })
  const waiting = new Map<string, string[]>()
  for (const check of verdict.checks) {
    const first = check.params["needs"]
    if (check.status === "skip" && first) {
      waiting.set(first, [...waiting.get(first) ?? [], check.id])
    } else if (check !== told) {
      const line = named(check, make("li", {}))
      const came = [check.params["did"], check.params["got"]].filter(Boolean).join(" → ")
      if (check.status === "fail" && came) line.append(" ", make("code", {}, shorten(came)))
      list.append(line)
    }
  }
  for (const [first, ids] of waiting) {
    const line = make("li", { className: "setu-check" }, say("check_waits", { first, checks: ids.join(", ") }))
    line.dataset["status"] = "skip"
    list.append(line)
  }
  return list
}

function named(check: Check, line: HTMLElement): HTMLElement {
  const sign = make("span", { className: "setu-sign" }, SIGNS[check.status])
  sign.setAttribute("role", "img")
  sign.setAttribute("aria-label", say(`check_${check.status}`))
  line.className = "setu-check"
  line.dataset["status"] = check.status
  line.append(sign, " ", make("code", {}, check.id))
  if (check.advisory) line.append(` (${say("check_advisory")})`)
  return line
}

function shorten(text: string): string {
  const line = text.split(/\s+/).join(" ").trim()
  return line.length <= SHORT ? line : `${line.slice(0, SHORT - 1)}…`
}

const PLACE = /^([ |+-]*)File "([^"]+)", line \d+/
const OWN = /^app[/\\]/

/** The lines of a log with `…` for each run of places outside the reader's app (frames.py). */
function foldFrames(lines: string[]): string[] {
  const kept: string[] = []
  let foreign: string | null = null
  for (const line of lines) {
    const place = PLACE.exec(line)
    if (place) {
      const own = OWN.test(place[2]!)
      if (!own && foreign === null) kept.push(`${place[1]}…`)
      foreign = own ? null : place[1]!
    } else if (foreign !== null && !line.startsWith(`${foreign} `)) foreign = null
    if (foreign === null) kept.push(line)
  }
  return kept
}
