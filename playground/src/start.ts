// The only script of a page on which nobody presses anything: it puts the first buttons there and
// loads the rest when one is pressed. The build names the folder of the rest, how much Run loads, and
// what the buttons say in each language.

import { digits } from "./digits"

declare const SETU_FOLDER: string
declare const SETU_MEGABYTES: string
declare const SETU_WORDS: Record<string, Record<string, string>>

/** What a button asks of the element: app.js, lab.js and exercise.js export `begin` with this. */
export type Press = "run" | "edit" | "check"
interface Module { begin(element: HTMLElement, press: Press): Promise<void> }

const script = document.currentScript as HTMLScriptElement
// Each constant stays a string of its own, which the build finds when all else is made.
const folder = `${new URL(SETU_FOLDER, script.src).href}/`
const words = SETU_WORDS[document.documentElement.lang]!
const file = location.protocol === "file:"
const able = !file && "WebAssembly" in self && "Worker" in self && "toSorted" in Array.prototype

const unable = words[file ? "file" : "unable"]!

let styles: Promise<void> | null = null

/** The look of the elements, once. */
function dress(): Promise<void> {
  styles ??= new Promise((done, failed) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${folder}playground.css` })
    link.onload = () => done()
    link.onerror = () => { link.remove(); styles = null; failed(new Error("playground.css")) }
    document.head.append(link)
  })
  return styles
}

async function load(name: string): Promise<Module> {
  const [module] = await Promise.all([import(`${folder}${name}.js`) as Promise<Module>, dress()])
  return module
}

/** The first buttons of an element; what they show is replaced by the element's own. */
function offer(element: HTMLElement, name: string, presses: Press[], place: (bar: HTMLElement) => void): HTMLElement {
  const bar = document.createElement("div")
  bar.className = "setu-start"
  bar.lang = document.documentElement.lang
  const told = document.createElement("p")
  told.setAttribute("role", "status")
  for (const press of presses) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = press === "edit" ? "setu-button" : "setu-button setu-button--main"
    button.textContent = words[press]!
    button.addEventListener("click", async () => {
      told.textContent = words["loading"]!
      try {
        const module = await load(name)
        await module.begin(element, press)
      } catch (error) {
        console.info(error)
        const asked = fetch(`${folder}files.json`, { method: "HEAD" })
        const outdated = await asked.then(answer => answer.status === 404, () => false)
        told.textContent = words[outdated ? "outdated" : "failed"]!
        // A script that could not be fetched is not asked for again: only a new page does that.
        const again = document.createElement("button")
        again.type = "button"
        again.className = "setu-button"
        again.textContent = words["reload"]!
        again.addEventListener("click", () => location.reload())
        told.append(" ", again)
      }
    })
    bar.append(button)
  }
  bar.append(told)
  place(bar)
  return bar
}

function say(place: (line: HTMLElement) => void, text: string): void {
  const line = document.createElement("p")
  line.className = "setu-size"
  line.lang = document.documentElement.lang
  line.textContent = text
  place(line)
}

const cells = [...document.querySelectorAll<HTMLElement>(".cell[data-cell]")]
const elements = [...document.querySelectorAll<HTMLElement>("div[data-setu]")]
const size = words["size"]!.replace("{mb}", digits(SETU_MEGABYTES, document.documentElement.lang))
let known = false
try { known = localStorage.getItem("setu.loaded") === SETU_FOLDER } catch { /* then it is said again */ }

for (const cell of cells) {
  const here = cell.dataset["notHere"]
  if (here) say(line => cell.append(line), here)
  else if (able) offer(cell, "lab", ["run", "edit"], bar => cell.querySelector(".highlight")!.after(bar))
}
const lab = document.querySelector(".lab")
if (lab && cells.length) {
  if (!able) say(line => lab.append(line), unable)
  else if (!known) say(line => lab.append(line), size)
}
for (const element of elements) {
  const exercise = element.dataset["setu"] === "exercise"
  const below = (line: HTMLElement) => { element.firstElementChild!.after(line) }
  if (element.dataset["notHere"]) say(below, element.dataset["notHere"])
  else if (!able) say(below, unable)
  else {
    if (!known) say(below, size)
    offer(element, exercise ? "exercise" : "app", exercise ? ["check", "edit"] : ["run", "edit"], below)
  }
}

// Hints come one after another, and which were opened is noted with the exercise's progress.
const hints = [...document.querySelectorAll<HTMLDetailsElement>("details.hint")]
const exercise = elements.find(each => each.dataset["setu"] === "exercise")
for (const [index, hint] of hints.entries()) {
  hint.hidden = index > 0 && `#${hint.id}` !== location.hash
  hint.addEventListener("toggle", () => {
    if (!hint.open) return
    if (hints[index + 1]) hints[index + 1]!.hidden = false
    if (exercise && able) void import(`${folder}progress.js`).then(module => module.hintOpened(exercise.dataset["id"], index + 1)).catch(() => { /* offline: only the count is missing */ })
  })
}
