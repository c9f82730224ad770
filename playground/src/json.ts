// JSON as it came, laid out and coloured; numbers are not touched, however long.

import { make } from "./dom"

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/** Null for text that is no JSON. */
export function prettyJson(text: string): DocumentFragment | null {
  try { JSON.parse(text) } catch { return null }
  const tokens = text.match(TOKENS) ?? []
  const whole = document.createDocumentFragment()
  let depth = 0
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1] ?? ""
    const empty = /[[{]/.test(before) && /[\]}]/.test(token)
    if (/^[\]}]/.test(token)) depth -= 1
    if (!empty && index && (/^[[{,]$/.test(before) || /^[\]}]$/.test(token))) whole.append(`\n${"  ".repeat(depth)}`)
    if (/^[[{]/.test(token)) depth += 1
    whole.append(/^[{}[\],:]$/.test(token) ? token : make("span", { className: kind(token, tokens[index + 1]) }, token))
    if (token === ":") whole.append(" ")
  }
  return whole
}

function kind(token: string, next: string | undefined): string {
  if (!token.startsWith("\"")) return /^[-\d]/.test(token) ? "setu-number" : "setu-constant"
  return next === ":" ? "setu-name" : "setu-string"
}
