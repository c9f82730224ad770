// The request bar of an app: ready examples, a request of one's own, the answer.

import { button, make } from "./dom"
import { examples, type Example } from "./examples"
import { prettyJson } from "./json"
import type { Calls } from "./protocol"
import { say } from "./words"

export type Asked = Omit<Calls["app.request"]["given"], "chapter">
export type Answer = Calls["app.request"]["answer"]

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
const BODILESS = ["GET", "HEAD"]
/** Characters of an answer that are shown. */
const MOST = 200_000
let count = 0

/** `show` makes the examples anew, for the app as it is now. `send` answers null when no answer came. */
export function requestBar(parent: HTMLElement, send: (asked: Asked) => Promise<Answer | null>): { show(openapi: object | null): void } {
  count += 1
  const id = (name: string) => `setu-request-${count}-${name}`
  const ready = make("div", { className: "setu-examples" })
  ready.setAttribute("role", "group")
  ready.setAttribute("aria-label", say("page_request_examples"))
  const method = make("select", { id: id("method") }, ...METHODS.map(each => make("option", {}, each)))
  const path = make("input", { id: id("path"), value: "/", required: true, autocomplete: "off", spellcheck: false })
  path.setAttribute("autocapitalize", "off")
  const headers = make("textarea", { id: id("headers"), rows: 2, spellcheck: false })
  const body = make("textarea", { id: id("body"), rows: 3, spellcheck: false })
  const submit = make("button", { type: "submit", className: "setu-button setu-button--main" }, say("page_request_send"))
  const bodyField = make("div", { className: "setu-body" }, make("label", { htmlFor: body.id }, say("page_request_body")), body)
  const form = make("form", { className: "setu-request", noValidate: false },
    make("div", { className: "setu-line" },
      make("label", { className: "setu-unseen", htmlFor: method.id }, say("page_request_method")), method,
      make("label", { className: "setu-unseen", htmlFor: path.id }, say("page_request_path")), path,
      submit),
    bodyField,
    make("details", { className: "setu-fold" }, make("summary", {}, make("label", { htmlFor: headers.id }, say("page_request_headers"))), headers))
  const answered = make("div", { className: "setu-answer" })
  parent.append(make("p", { className: "setu-label" }, say("page_request_examples")), ready, form, answered)

  const fit = () => {
    bodyField.hidden = BODILESS.includes(method.value)
    body.rows = Math.min(14, Math.max(3, body.value.split("\n").length))
  }
  const fill = (example: Example) => {
    method.value = example.method
    path.value = example.path
    body.value = example.body ?? ""
    headers.value = Object.entries(example.headers).map(([name, value]) => `${name}: ${value}`).join("\n")
    headers.setCustomValidity("")
    fit()
  }
  method.addEventListener("change", fit)
  body.addEventListener("input", fit)
  headers.addEventListener("input", () => headers.setCustomValidity(""))
  form.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit()
  })
  form.addEventListener("submit", async event => {
    event.preventDefault()
    const odd = lines(headers.value).find(line => !/^[\w!#$%&'*+.^`|~-]+:/.test(line))
    if (odd !== undefined) {
      headers.closest("details")!.open = true
      headers.setCustomValidity(say("page_request_bad_header", { line: odd }))
      headers.reportValidity()
      return
    }
    path.value = asPath(path.value)
    submit.disabled = true
    const answer = await send({
      method: method.value,
      path: path.value,
      headers: Object.fromEntries(lines(headers.value).map(line => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()])),
      body: bodyField.hidden || !body.value ? null : body.value,
    })
    submit.disabled = false
    if (!answer) return
    answered.replaceChildren()
    showAnswer(answered, answer)
  })

  fit()

  return {
    show(openapi) {
      const found = openapi ? examples(openapi) : []
      const untouched = !ready.childElementCount
      ready.replaceChildren(...found.map(example => {
        const chip = button("", () => { fill(example); submit.focus() }, "setu-example")
        chip.append(make("b", { className: `setu-method setu-method--${example.method.toLowerCase()}` }, example.method), ` ${decodeURI(example.path)}`)
        return chip
      }))
      if (untouched && found[0]) fill(found[0])
    },
  }
}

const lines = (text: string) => text.split("\n").map(line => line.trim()).filter(Boolean)

/** The path and query of what was typed: an address loses its host. */
function asPath(typed: string): string {
  const path = typed.trim().replace(/^https?:\/\/[^/]*/, "").replace(/#.*$/, "")
  return path.startsWith("/") ? path : `/${path}`
}

function showAnswer(parent: HTMLElement, { status, headers, body, base64, ms }: Answer): void {
  const head = make("p", { className: "setu-answer-head" })
  head.setAttribute("role", "status")
  head.append(make("b", { className: "setu-code" }, String(status)), ` ${ms.toFixed(1)} ms`)
  head.firstElementChild!.setAttribute("data-class", String(status)[0]!)
  const folded = make("details", { className: "setu-fold" }, make("summary", {}, say("page_answer_headers", { count: headers.length })),
    make("pre", { tabIndex: 0 }, make("code", {}, headers.map(([name, value]) => `${name}: ${value}`).join("\n"))))
  parent.append(head, folded)
  if (base64) {
    parent.append(make("p", {}, say("page_answer_binary", { count: atob(body).length })))
  } else if (!body) {
    parent.append(make("p", { className: "setu-empty" }, say("page_answer_empty")))
  } else {
    const cut = body.length > MOST
    const code = make("code", {}, (!cut && prettyJson(body)) || body.slice(0, MOST))
    parent.append(make("div", { className: "highlight" }, make("pre", { tabIndex: 0 }, code)))
    if (cut) parent.append(make("p", { className: "setu-empty" }, say("page_cut", { count: body.length - MOST })))
  }
}
