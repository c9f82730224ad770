// Swagger UI drawn from the app's own openapi; what it sends goes to the app in this page, never to
// the network. It lives in a shadow tree, so that its styles and the site's do not meet.

import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js"
import looks from "swagger-ui-dist/swagger-ui.css" with { type: "text" }

import { make } from "./dom"
import type { Answer, Asked } from "./requests"
import own from "./swagger-shadow.css" with { type: "text" }
import { say } from "./words"

/** Where the app of this page would listen on the reader's machine: what curl and the request's address show. */
const ADDRESS = "http://127.0.0.1:8000"

/** Swagger UI thinks that it is the whole page; here it is a part below a heading of the chapter. */
const LEVELS = { h1: 3, h2: 4, h3: 4, h4: 5, h5: 6 }

interface SwaggerRequest { url: string, method: string, userFetch?: typeof fetch }

/** `show` draws another openapi in place of the last. `send` answers null when no answer came. */
export function swagger(parent: HTMLElement, send: (asked: Asked) => Promise<Answer | null>): { show(openapi: object): void } {
  const host = make("div", { className: "setu-swagger" })
  const shadow = host.attachShadow({ mode: "open" })
  const style = new CSSStyleSheet()
  style.replaceSync(looks.replaceAll("html.dark-mode", ":host(.setu-dark)") + own)
  shadow.adoptedStyleSheets = [style]
  parent.append(host)
  const dress = () => host.classList.toggle("setu-dark", document.body.dataset["mdColorScheme"] === "slate")
  dress()
  new MutationObserver(dress).observe(document.body, { attributeFilter: ["data-md-color-scheme"] })

  new MutationObserver(() => mend(shadow)).observe(shadow, { childList: true, subtree: true })

  const userFetch: typeof fetch = async (url, options) => {
    const { pathname, search, origin } = new URL(String(url), ADDRESS)
    if (origin !== ADDRESS) throw new TypeError(origin)
    // The browser turns forms into text and names their type.
    const method = options?.method ?? "GET"
    const request = new Request(new URL(pathname + search, location.href), { ...options, method, credentials: "omit" })
    const answer = await send({
      method, path: pathname + search, headers: Object.fromEntries(request.headers), body: await request.text() || null,
    })
    if (!answer) throw new TypeError()
    const bytes = answer.base64 ? Uint8Array.from(atob(answer.body), letter => letter.charCodeAt(0)) : answer.body
    const bodiless = [204, 205, 304].includes(answer.status)
    return new Response(bodiless ? null : bytes, { status: answer.status, headers: answer.headers })
  }

  return {
    show(openapi) {
      const place = make("div", {})
      shadow.replaceChildren(place)
      SwaggerUI({
        domNode: place,
        spec: { ...structuredClone(openapi), servers: [{ url: ADDRESS }] },
        validatorUrl: null,
        deepLinking: false,
        supportedSubmitMethods: ["get", "put", "post", "delete", "options", "head", "patch"],
        tryItOutEnabled: true,
        defaultModelsExpandDepth: 0,
        displayRequestDuration: true,
        requestInterceptor: (request: SwaggerRequest) => Object.assign(request, { userFetch }),
      })
    },
  }
}

/** What screen readers would miss or take for the page's own. */
function mend(shadow: ShadowRoot): void {
  for (const main of shadow.querySelectorAll("main")) main.setAttribute("role", "group")
  for (const body of shadow.querySelectorAll("textarea:not([aria-label])")) body.setAttribute("aria-label", say("page_request_body"))
  for (const [name, level] of Object.entries(LEVELS)) {
    for (const heading of shadow.querySelectorAll(`${name}:not([aria-level])`)) heading.setAttribute("aria-level", String(level))
  }
}
