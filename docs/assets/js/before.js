// What Material's script expects when it starts, and when it may fetch the search index.
"use strict"

// --- its words and what it does: the build puts them here, so that no page has to carry them

{
  const translations = "@words@"[document.documentElement.lang]
  const config = document.getElementById("__config")
  const features = "@features@"
  const given = { annotate: null, features, tags: null, version: null, translations, ...JSON.parse(config.textContent) }
  config.textContent = JSON.stringify(given)
}

// --- where the browser refuses storage (all cookies blocked) what is kept lasts for this page

for (const name of ["localStorage", "sessionStorage"]) {
  try { if (self[name]) continue } catch { /* refused */ }
  const kept = new Map()
  const value = {
    getItem: key => kept.get(key) ?? null,
    setItem: (key, text) => { kept.set(key, String(text)) },
    removeItem: key => { kept.delete(key) },
  }
  Object.defineProperty(self, name, { value })
}

// --- its storage: the names are Material's, the scope is one for all three languages

{
  const { pathname } = new URL(document.currentScript.dataset.scope, location)
  const key = name => `${pathname}.${name}`
  self.__md_get = (name, storage = localStorage) => JSON.parse(storage.getItem(key(name)))
  self.__md_set = (name, value, storage = localStorage) => {
    try { storage.setItem(key(name), JSON.stringify(value)) } catch { /* then it lasts for this page */ }
  }
}

// --- an address may name a tab

{
  const target = document.getElementById(location.hash.slice(1))
  if (target?.name?.startsWith("__tabbed_")) target.checked = true
}

// --- Material's search listens to keys alone: what a finger pastes, or is said, comes without one

addEventListener("input", ({ target }) => {
  if (target instanceof Element && target.matches(".md-search__input")) target.dispatchEvent(new KeyboardEvent("keyup"))
})

// --- the search index would be fetched on every page: only when the reader turns to the search
// box, or comes from it (?h=); and first its titles alone, search-worker.js asks for the rest

{
  const START = 4, WHOLE = 5
  const FromAddress = Worker
  const { open, send } = XMLHttpRequest.prototype
  const results = () => document.querySelector(".md-search-result")
  const wanted = new Promise(go => {
    if (/[?&](q|h)=/.test(location.search)) return go()
    const touched = event => {
      if (event.target instanceof Element && event.target.closest(".md-search, [for=__search]")) go()
    }
    addEventListener("focusin", touched)
    addEventListener("pointerdown", touched)
  })
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    const address = String(url)
    this.isSearchIndex = address.includes("search/search_index.json")
    if (this.isSearchIndex) results().ariaBusy = "true" // until all of it is there
    return open.call(this, method, this.isSearchIndex ? address.replace("search_index", "titles") : url, ...rest)
  }
  XMLHttpRequest.prototype.send = function (...body) {
    if (this.isSearchIndex) wanted.then(() => send.apply(this, body))
    else send.apply(this, body)
  }
  self.Worker = function (address, options) {
    const worker = new FromAddress(address, options)
    if (String(address).includes("search-worker.js")) {
      worker.addEventListener("message", ({ data }) => { if (data.type === WHOLE) results().ariaBusy = null })
      wanted.then(() => worker.postMessage({ type: START }))
    }
    return worker
  }
}
