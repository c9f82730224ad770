// A console for Alembic: buttons for the usual commands, a line for the others, a log.

import { button, make } from "./dom"
import { showPrinted, showTrouble } from "./output"
import type { Calls, Frame } from "./protocol"
import { say } from "./words"

type Answer = Calls["alembic.run"]["answer"]

const COMMANDS = ["upgrade head", "upgrade +1", "downgrade -1", "history", "current", "check"]
/** Commands that the log keeps. */
const MOST = 30

/** Answers how to run a command in it, which tells whether it went well. `run` answers null when no answer came. */
export function alembicConsole(
  parent: HTMLElement, run: (command: string) => Promise<Answer | null>, onPlace: (frame: Frame) => void,
): (command: string) => Promise<boolean> {
  const log = make("div", { className: "setu-console" })
  log.setAttribute("role", "log")
  log.setAttribute("aria-label", say("page_alembic_log"))
  const usual = make("div", { className: "setu-tools" })
  for (const command of COMMANDS) usual.append(button(command, () => start(command), "setu-command"))
  const box = make("div", { className: "setu-alembic" }, make("p", { className: "setu-label" }, say("page_alembic")), usual)
  box.append(
    line("revision --autogenerate -m", "add a column", message => `revision --autogenerate -m "${message.replace(/["\\]/g, "\\$&")}"`),
    line("alembic", "heads", command => command.replace(/^alembic\s+/, "")),
    log)
  parent.append(box)
  return start

  function line(label: string, value: string, command: (typed: string) => string): HTMLElement {
    const input = make("input", { value, required: true, autocomplete: "off", spellcheck: false, autocapitalize: "off" })
    input.lang = "en"
    const submit = make("button", { type: "submit", className: "setu-button" }, say("page_run"))
    const form = make("form", { className: "setu-line" }, make("label", {}, make("code", {}, label), " ", input), submit)
    form.addEventListener("submit", event => {
      event.preventDefault()
      void start(command(input.value.trim()))
    })
    return form
  }

  async function start(command: string): Promise<boolean> {
    const buttons = [...box.querySelectorAll<HTMLButtonElement>(".setu-command, [type=submit]")]
    const pressed = document.activeElement
    for (const each of buttons) each.disabled = true
    const answer = await run(command)
    for (const each of buttons) each.disabled = false
    if (pressed instanceof HTMLElement && document.activeElement === document.body) pressed.focus({ preventScroll: true })
    if (!answer) return false
    const entry = make("div", { className: answer.ok ? "setu-entry" : "setu-entry setu-entry--failed" }, make("p", {}, make("code", {}, `$ alembic ${command}`)))
    showPrinted(entry, answer.printed)
    if (answer.trouble) showTrouble(entry, answer.trouble, onPlace)
    else if (!answer.printed.trim()) entry.append(make("p", { className: "setu-empty" }, say("page_alembic_silent")))
    for (const [file, text] of Object.entries(answer.files)) {
      entry.append(make("p", { className: "setu-made" }, say(text === null ? "page_alembic_deleted" : "page_alembic_made", { file })))
    }
    log.append(entry)
    while (log.childElementCount > MOST) log.firstElementChild!.remove()
    log.scrollTop = entry.offsetTop
    return answer.ok
  }
}
