// What the pages themselves do: the switcher keeps the section, terms explain themselves.
"use strict"

// --- without a network: sw.js keeps what is read; the first page came before it was there

const course = new URL("../../", document.currentScript.src)
const explanations = new URL(document.currentScript.dataset.terms, location).href
if (navigator.serviceWorker) {
  addEventListener("load", async () => {
    const { serviceWorker } = navigator
    const first = !serviceWorker.controller
    await serviceWorker.register(new URL("sw.js", course)).catch(() => {})
    if (!first) return
    const worker = (await serviceWorker.ready).active
    const { lang } = document.documentElement
    const offline = new URL(lang === "en" ? "offline.html" : `${lang}/offline.html`, course).href
    const keep = urls => worker.postMessage({ type: "keep", urls })
    // These are no entries of what was loaded, or not yet: the icon, the search's worker, and what is
    // fetched with the first term. The worker reads in its own address, after #, where Material's is.
    const { search } = JSON.parse(document.getElementById("__config").textContent)
    const icon = document.querySelector("link[rel=icon]").href
    keep([location.href.replace(/[?#].*/, ""), offline, icon, new URL(search, location).href, explanations])
    // What was asked for before sw.js was there may come after it: a font, say.
    new PerformanceObserver(loaded => {
      const passed = loaded.getEntries().filter(each => !each.workerStart).map(each => each.name)
      if (passed.length) keep(passed)
    }).observe({ type: "resource", buffered: true })
  })
}

// --- languages: heading ids are the same in each, so the section can be kept

document.addEventListener("click", event => {
  const link = event.target instanceof Element && event.target.closest("a[data-lang]")
  if (!link) return
  try { localStorage.setItem("setu.language", link.dataset.lang) } catch { /* then it is asked again */ }
  if (link.matches(".md-select__link")) link.hash = location.hash || sectionInView()
}, true)

function sectionInView() {
  if (scrollY < 200) return ""
  const above = [...document.querySelectorAll("article :is(h2,h3)[id]")].filter(h => h.getBoundingClientRect().top < innerHeight / 3)
  return above.length ? `#${above.at(-1).id}` : ""
}

// --- the drawer of a small screen: Material's button is a label, which no key reaches

for (const label of document.querySelectorAll("label.md-header__button[for=__drawer]")) {
  const toggle = document.getElementById("__drawer")
  const button = document.createElement("button")
  button.className = `${label.className} drawer-button`
  button.ariaLabel = document.querySelector(".md-nav--primary").ariaLabel
  button.append(...label.childNodes)
  button.addEventListener("click", () => toggle.click())
  const tell = () => { button.ariaExpanded = String(toggle.checked) }
  toggle.addEventListener("change", tell)
  tell()
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !toggle.checked) return
    toggle.click()
    button.focus()
  })
  label.replaceWith(button)
}

// --- terms: [সেশনের](term:session) is a link to the glossary that explains itself where it stands

const tip = Object.assign(document.createElement("div"), { id: "setu-tip", className: "term-tip", hidden: true })
tip.setAttribute("role", "tooltip")
document.body.append(tip)
let open = null
let closing = 0

// The explanations are a script, because a page that was opened as a file may load nothing else.
let loading = null
function load() {
  loading ??= new Promise((done, failed) => {
    const script = Object.assign(document.createElement("script"), { src: explanations, onload: done })
    script.onerror = () => { loading = null; script.remove(); failed() }
    document.head.append(script)
  })
  return loading
}

async function show(term) {
  clearTimeout(closing)
  if (open === term) return
  hide()
  open = term
  await load().catch(() => { if (open === term) open = null })
  if (open !== term) return
  const text = document.createElement("p")
  for (const [index, part] of setuTerms[term.hash.slice(1)].split("`").entries()) {
    text.append(index % 2 ? Object.assign(document.createElement("code"), { textContent: part }) : part)
  }
  tip.replaceChildren(text)
  tip.lang = term.closest("[lang]").lang
  tip.hidden = false
  term.setAttribute("aria-describedby", tip.id)
  place(term)
}

function place(term) {
  const word = term.getClientRects()[0]
  const { width, height } = tip.getBoundingClientRect()
  const left = Math.max(8, Math.min(word.left, document.documentElement.clientWidth - width - 8))
  const below = word.bottom + height + 12 < innerHeight
  tip.style.left = `${left + scrollX}px`
  tip.style.top = `${(below ? word.bottom + 6 : word.top - height - 6) + scrollY}px`
}

function hide() {
  clearTimeout(closing)
  open?.removeAttribute("aria-describedby")
  open = null
  tip.hidden = true
}

const soon = () => { clearTimeout(closing); closing = setTimeout(hide, 250) }

for (const term of document.querySelectorAll("a.term")) {
  let touched = false
  term.addEventListener("pointerdown", event => { touched = event.pointerType === "touch" && open !== term })
  term.addEventListener("pointerenter", event => { if (event.pointerType === "mouse") show(term) })
  term.addEventListener("pointerleave", event => { if (event.pointerType === "mouse") soon() })
  term.addEventListener("focus", () => show(term))
  term.addEventListener("blur", soon)
  // The first tap explains, a second one opens the glossary, as a click with the mouse does.
  term.addEventListener("click", event => { if (touched) { event.preventDefault(); show(term) } })
}
tip.addEventListener("pointerenter", () => clearTimeout(closing))
tip.addEventListener("pointerleave", soon)
addEventListener("keydown", event => { if (event.key === "Escape") hide() })
document.addEventListener("pointerdown", event => {
  if (open && event.target !== open && !tip.contains(event.target)) hide()
})

// --- the address of a section, for a mouse

if (matchMedia("(min-width: 60em)").matches) {
  const title = "@permalink@"[document.documentElement.lang] // the build puts it here
  for (const heading of document.querySelectorAll("article :is(h1, h2, h3)[id]")) {
    heading.append(Object.assign(document.createElement("a"), { className: "headerlink", href: `#${heading.id}`, title, textContent: "#" }))
  }
}

// --- files of an app or an exercise: each opens below its link

document.addEventListener("click", async event => {
  const link = event.target instanceof Element && event.target.closest(".files a")
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || location.protocol === "file:") return
  event.preventDefault()
  const open = link.nextElementSibling
  if (open) open.remove()
  else if (!link.ariaBusy) await openFile(link).catch(() => { location = link.href })
  link.setAttribute("aria-expanded", !open)
})

async function openFile(link) {
  link.ariaBusy = true
  const answer = await fetch(link.href)
  if (!answer.ok) throw new Error(answer.status)
  const box = Object.assign(document.createElement("div"), { className: "highlight" })
  const listing = Object.assign(document.createElement("pre"), { tabIndex: 0 })
  listing.append(Object.assign(document.createElement("code"), { textContent: await answer.text() }))
  box.append(listing)
  link.after(box)
  link.ariaBusy = null
}

// --- what Material leaves without a name or out of reach of the keyboard

for (const nav of document.querySelectorAll("nav.md-nav[aria-labelledby]")) {
  const label = document.getElementById(nav.getAttribute("aria-labelledby"))
  if (label?.textContent.trim()) continue
  nav.removeAttribute("aria-labelledby")
  nav.setAttribute("aria-label", nav.parentElement.querySelector("a")?.textContent.trim() ?? "")
}

new MutationObserver(() => {
  document.querySelectorAll("nav.md-code__nav:not([aria-label])").forEach(nav => {
    const index = [...document.querySelectorAll("nav.md-code__nav")].indexOf(nav) + 1
    nav.setAttribute("aria-label", `${nav.firstElementChild?.title ?? "code"} ${index}`)
  })
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])")) table.tabIndex = 0
}).observe(document.querySelector("article") ?? document.body, { childList: true, subtree: true })
