// The words of the page in its own language, from words.<lang>.json beside this script.
// The keys are those of src/setu/site/words.toml (page_…) and src/setu/messages.toml.

import { digits } from "./digits"
import type { Language } from "./protocol"

/** The folder of the playground's files: scripts, words, data. */
export const folder = new URL(".", import.meta.url)

export const language = (["bn", "hi"].find(each => each === document.documentElement.lang) ?? "en") as Language

let texts: Record<string, string> = {}
let loading: Promise<void> | null = null

/** Rejects when the file cannot be fetched; a later call tries again. */
export function loadWords(): Promise<void> {
  loading ??= fetch(new URL(`words.${language}.json`, folder))
    .then(answer => {
      if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`)
      return answer.json()
    })
    .then(found => { texts = found })
    .catch(error => { loading = null; throw error })
  return loading
}

/** The text of a key; numbers are written with the digits of the page's language. */
export function say(key: string, params: Record<string, string | number> = {}): string {
  const text = texts[key]
  if (text === undefined) throw new Error(`no words for ${key}`)
  return fill(text, params)
}

/** A text with `{placeholders}` filled, as Python's `str.format` does: `{{` is a brace. */
export function fill(text: string, params: Record<string, string | number>): string {
  return text.replace(/\{\{|\}\}|\{(\w+)\}/g, (found, name?: string) => {
    if (name === undefined) return found[0]!
    const value = params[name] ?? ""
    return typeof value === "number" ? digits(String(value), language) : value
  })
}

/** Megabytes in the page's digits: `9.3`. */
export function megabytes(bytes: number): string {
  return digits((bytes / 1e6).toFixed(1), language)
}

/** A text whose parts in backticks are code. */
export function rich(text: string): DocumentFragment {
  const whole = document.createDocumentFragment()
  for (const [index, part] of text.split("`").entries()) {
    if (index % 2 === 0) { whole.append(part); continue }
    const code = document.createElement("code")
    code.textContent = part
    whole.append(code)
  }
  return whole
}
