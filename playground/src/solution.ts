// Our solution: how it differs from the reader's files, or each file as a whole.

import { diffLines } from "diff"

import { make } from "./dom"
import type { Files } from "./protocol"
import { tabs } from "./tabs"
import { say } from "./words"

/** Lines that both have, around each difference; the rest is left out. */
const AROUND = 3

export function showSolution(parent: HTMLElement, solution: Files, mine: Files): void {
  parent.replaceChildren()
  for (const [path, ours] of Object.entries(solution)) {
    parent.append(make("p", { className: "setu-solution-head" }, say("page_solution_of", { file: path })))
    const views = tabs(parent, path)
    views.panel("difference", say("page_difference")).append(differences(mine[path] ?? "", ours))
    views.panel("whole", say("page_whole_file")).append(listing(make("code", {}, ours)))
  }
}

function differences(mine: string, ours: string): HTMLElement {
  if (mine.trimEnd() === ours.trimEnd()) return make("p", {}, say("page_no_difference"))
  const code = make("code", { className: "setu-diff" })
  const parts = diffLines(mine, ours, { stripTrailingCr: true })
  for (const [index, part] of parts.entries()) {
    const lines = part.value.replace(/\n$/, "").split("\n")
    if (!part.added && !part.removed) {
      const before = index === 0 ? 0 : AROUND
      const after = index === parts.length - 1 ? 0 : AROUND
      if (lines.length > before + after + 1) lines.splice(before, lines.length - before - after, "⋯")
      code.append(make("span", {}, lines.map(line => `  ${line}\n`).join("")))
      continue
    }
    const block = make(part.added ? "ins" : "del", {}, lines.map(line => `${part.added ? "+" : "−"} ${line}\n`).join(""))
    block.setAttribute("aria-label", say(part.added ? "page_only_ours" : "page_only_yours"))
    code.append(block)
  }
  const legend = make("p", { className: "setu-legend" }, make("del", {}, `− ${say("page_only_yours")}`), " ", make("ins", {}, `+ ${say("page_only_ours")}`))
  return make("div", {}, legend, listing(code))
}

function listing(code: HTMLElement): HTMLElement {
  return make("div", { className: "highlight" }, make("pre", { tabIndex: 0 }, code))
}
