// Which chapters were opened and read, which exercises checked and passed: kept in this browser
// alone, and shown in the navigation, on the path line of each page and on the path of the home page.
"use strict"
{
  const KEY = "setu.read"
  // The playground's store.ts writes it, so that no page has to open a database for it.
  const EXERCISES = "setu.exercises"
  const MARKS = { passed: "read", failed: "begun" }
  const { lang } = document.documentElement
  const words = "@words@"[lang] // the build puts those of all languages here

  const load = key => {
    try {
      const kept = JSON.parse(localStorage.getItem(key))
      return kept && typeof kept === "object" && !Array.isArray(kept) ? kept : {}
    } catch { return {} }
  }
  const save = chapters => {
    try { localStorage.setItem(KEY, JSON.stringify(chapters)) } catch { /* a private window: then it lasts for this page */ }
  }
  const note = (id, state) => {
    chapters = { ...load(KEY), [id]: state }
    save(chapters)
    show()
  }

  let chapters = load(KEY)
  let exercises = load(EXERCISES)
  const button = document.querySelector("button[data-reads]")
  const path = document.querySelector("article .path > ul")
  const links = [...document.querySelectorAll(".path-line a, a:is(.chapter, .exercise), .md-nav--primary a:not([href^='#'])")].flatMap(link => {
    const [, kind, id] = link.pathname.match(/(chapters|exercises)\/(\w+)\/$/) ?? []
    return id ? [{ link, id, exercise: kind === "exercises" }] : []
  })

  function show() {
    for (const { link, id, exercise } of links) {
      const state = (exercise ? exercises : chapters)[id]
      const mark = exercise ? MARKS[state] : Object.values(MARKS).find(each => each === state)
      if (mark) link.dataset.state = mark
      else delete link.dataset.state
      // The mark is a drawing: say it in words, too.
      const inWords = [mark ? words[state] : link.matches(".exercise") && words.new, link.dataset.exercises && dots(link)].filter(Boolean)
      let said = link.querySelector(".said")
      if (inWords.length && !said) link.append(said = Object.assign(document.createElement("span"), { className: "said" }))
      if (said) said.textContent = inWords.length ? ` (${inWords.join(", ")})` : ""
    }
    button?.setAttribute("aria-pressed", String(chapters[button.dataset.reads] === "read"))
    if (path) count()
  }

  const number = value => value.toLocaleString(lang === "bn" ? "bn" : "en", { useGrouping: false })
  const share = (text, done, all) => text.replace("{done}", number(done)).replace("{all}", number(all))

  /** Below a chapter on the path line a dot for each of its exercises; they in words, once one was tried. */
  function dots(link) {
    const states = link.dataset.exercises.split(" ").map(id => exercises[id])
    link.querySelector("span:not(.said)")?.remove()
    const row = document.createElement("span")
    for (const state of states) {
      const dot = document.createElement("i")
      if (MARKS[state]) dot.dataset.state = MARKS[state]
      row.append(dot)
    }
    link.append(row)
    return states.some(state => MARKS[state]) && share(words.solved, states.filter(state => state === "passed").length, states.length)
  }

  function count() {
    const [read, solved] = ["chapter", "exercise"].map(kind => {
      const all = [...path.querySelectorAll(`a.${kind}`)]
      return { all: all.length, done: all.filter(link => link.dataset.state === "read").length }
    })
    let line = path.parentElement.querySelector(".progress")
    if (!read.done && !solved.done && !line) return
    if (!line) path.before(line = Object.assign(document.createElement("p"), { className: "progress" }))
    const texts = [share(words.progress, read.done, read.all), share(words.solved, solved.done, solved.all)]
    line.replaceChildren(...texts.map(text => Object.assign(document.createElement("span"), { textContent: text })))
    line.style.setProperty("--done", (read.done + solved.done) / (read.all + solved.all))
  }

  if (button) {
    const id = button.dataset.reads
    button.hidden = false
    button.addEventListener("click", () => note(id, chapters[id] === "read" ? "begun" : "read"))
    if (!chapters[id]) note(id, "begun")
  }
  show()
  const again = () => {
    chapters = load(KEY)
    exercises = load(EXERCISES)
    show()
  }
  addEventListener("storage", event => { if ([KEY, EXERCISES, null].includes(event.key)) again() })
  addEventListener(EXERCISES, again)
}
