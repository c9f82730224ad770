// What came of a run: outputs of cells, printed text, tracebacks; the line that says what is going
// on, with Stop; a sentence for each way in which a run can end.

import { button, make } from "./dom"
import { engine } from "./engine"
import { Ended, type CellOutput, type Ending, type Frame, type Stage, type Trouble } from "./protocol"
import { sanitised } from "./sanitise"
import { onTrouble } from "./store"
import { megabytes, rich, say } from "./words"

const ANSI = /\x1b\[[0-9;]*[A-Za-z]/g
/** Characters of one output that are shown: the beginning and the end of longer ones. */
const MOST = 100_000

/** Outputs in the form of a notebook, as a lab page shows them. */
export function showOutputs(parent: HTMLElement, outputs: CellOutput[]): void {
  for (const output of outputs) {
    if (output.output_type === "error") {
      showText(parent, joined(output["traceback"], "\n") || `${output["ename"]}: ${output["evalue"]}`, true)
    } else if (output.output_type === "stream") {
      showText(parent, joined(output["text"]), output["name"] === "stderr")
    } else {
      const data = (output["data"] ?? {}) as Record<string, unknown>
      if (data["text/html"]) showTable(parent, joined(data["text/html"]))
      else if (data["text/plain"]) showText(parent, joined(data["text/plain"]), false)
    }
  }
}

/** Text that a program printed; nothing for none. */
export function showPrinted(parent: HTMLElement, text: string): void {
  showText(parent, text, false)
}

/** Text as it is printed, while it comes. */
export function livePrinted(parent: HTMLElement): (stream: "stdout" | "stderr", text: string) => void {
  const blocks: Partial<Record<"stdout" | "stderr", { code: HTMLElement, text: string }>> = {}
  let waiting = false
  return (stream, text) => {
    const block = blocks[stream] ??= { code: blockIn(parent, stream === "stderr"), text: "" }
    block.text += text
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => {
      waiting = false
      for (const each of Object.values(blocks)) each.code.textContent = shortened(each.text)
    })
  }
}

/** The error, the places in the reader's own code (buttons where `onPlace` is given), the traceback to unfold. */
export function showTrouble(parent: HTMLElement, trouble: Trouble, onPlace?: (frame: Frame) => void, open = false): void {
  const box = make("div", { className: "output output--error setu-trouble" })
  box.setAttribute("role", "group")
  box.setAttribute("aria-label", say("page_error"))
  box.append(make("p", { className: "setu-error" }, make("code", {}, trouble.error)))
  showPlaces(box, trouble.frames, onPlace)
  if (trouble.traceback.trim() !== trouble.error.trim()) {
    const whole = make("details", { open }, make("summary", {}, say("page_traceback")))
    whole.append(pre(shortened(trouble.traceback)))
    box.append(whole)
  }
  parent.append(box)
}

/** Places in the reader's code, the innermost first. */
export function showPlaces(parent: HTMLElement, frames: Frame[], onPlace?: (frame: Frame) => void): void {
  if (!frames.length) return
  const list = make("ul", { className: "setu-places" })
  for (const frame of [...frames].reverse()) {
    const text = say("page_place", { file: frame.file, line: frame.line })
    list.append(make("li", {}, onPlace ? button(text, () => onPlace(frame), "setu-place") : text))
  }
  parent.append(list)
}

/** The sentence for a call that gave no answer. */
export function endedText(ending: Ending): string {
  return say(`page_ended_${ending}`)
}

export interface Status {
  /** One sentence that stays until the next. */
  say(text: string): void
  /** Why there is no answer. */
  ended(ending: Ending): void
  /**
   * Say `what` and show progress and Stop while `work` runs. Null, and the reason is said, when it
   * gave no answer.
   */
  during<T>(what: string, work: () => Promise<T>): Promise<T | null>
}

/** The line below an element's buttons; screen readers hear what is said there. */
export function statusLine(parent: HTMLElement): Status {
  const told = make("p", { className: "setu-said" })
  told.setAttribute("role", "status")
  const bar = make("progress", { hidden: true })
  const loaded = make("span", { className: "setu-loaded", hidden: true })
  const stop = button(say("page_stop"), () => engine().stop(), "setu-stop")
  stop.hidden = true
  const reload = button(say("page_reload"), () => location.reload())
  reload.hidden = true
  const line = make("div", { className: "setu-status" }, told, bar, loaded, stop, reload)
  parent.append(line)

  const tell = (text: string) => { if (told.textContent !== text) told.replaceChildren(rich(text)) }
  const progress = (stage: Stage, got: number, total: number) => {
    tell(say(`page_stage_${stage}`))
    bar.hidden = loaded.hidden = stage === "ready"
    if (total) {
      bar.max = total
      bar.value = Math.min(got, total)
    } else bar.removeAttribute("value")
    loaded.textContent = stage === "download" && total ? say("page_loaded", { loaded: megabytes(got), total: megabytes(total) }) : ""
  }
  const ended = (ending: Ending) => {
    tell(endedText(ending))
    reload.hidden = ending !== "outdated"
  }
  return {
    say: tell,
    ended,
    async during(what, work) {
      tell(what)
      stop.hidden = false
      reload.hidden = true
      line.dataset["busy"] = ""
      const quiet = engine().listen(heard => {
        if (heard.progress && heard.progress.stage !== "ready") progress(heard.progress.stage, heard.progress.loaded, heard.progress.total)
        else if (heard.state === "busy" || heard.state === "ready") {
          bar.hidden = loaded.hidden = true
          tell(what)
        }
      })
      try {
        return await work()
      } catch (error) {
        if (error instanceof Ended) ended(error.ending)
        else tell(say("page_fault", { detail: error instanceof Error ? error.message : String(error) }))
        return null
      } finally {
        quiet()
        stop.hidden = bar.hidden = loaded.hidden = true
        delete line.dataset["busy"]
      }
    },
  }
}

/** Says in one sentence when the browser cannot keep the reader's work. */
export function storeNotice(parent: HTMLElement): void {
  const notice = make("p", { className: "setu-notice", hidden: true })
  notice.setAttribute("role", "alert")
  parent.append(notice)
  onTrouble(trouble => {
    notice.replaceChildren(rich(say(`page_store_${trouble}`)))
    notice.hidden = false
  })
}

function showText(parent: HTMLElement, text: string, failed: boolean): void {
  if (text.trim()) blockIn(parent, failed).textContent = shortened(text)
}

function blockIn(parent: HTMLElement, failed: boolean): HTMLElement {
  const block = make("div", { className: failed ? "output output--error" : "output" })
  block.setAttribute("role", "group")
  block.setAttribute("aria-label", say(failed ? "page_error" : "page_output"))
  const code = pre("")
  block.append(code)
  parent.append(block)
  return code.querySelector("code")!
}

function pre(text: string): HTMLElement {
  const block = make("pre", {}, make("code", {}, text))
  block.tabIndex = 0 // it may scroll, and the keyboard has to reach it
  return make("div", { className: "highlight" }, block)
}

function showTable(parent: HTMLElement, html: string): void {
  const block = make("div", { className: "output output--table" }, sanitised(html))
  block.setAttribute("role", "group")
  block.setAttribute("aria-label", say("page_output"))
  parent.append(block)
}

function shortened(text: string): string {
  const plain = text.replace(ANSI, "").replace(/\s+$/, "")
  if (plain.length <= MOST) return plain
  return `${plain.slice(0, MOST / 2)}\n\n… ${say("page_cut", { count: plain.length - MOST })} …\n\n${plain.slice(-MOST / 2)}`
}

const joined = (text: unknown, between = ""): string => Array.isArray(text) ? text.join(between) : String(text ?? "")
