// The button that keeps the whole course of one language on this device, and Python with it if that
// is wanted, in small portions: a service worker that works for long in one go is stopped by the
// browser.
"use strict"
{
  const PORTION = 4
  const box = document.querySelector("#save")
  const button = box.querySelector("button")
  const more = box.querySelector("input")
  const bar = box.querySelector("progress")
  const said = box.querySelector("[role=status]")
  const { done, failed } = box.dataset
  const keep = (worker, urls) => new Promise(answer => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = ({ data }) => answer(data)
    worker.postMessage({ type: "save", urls }, [port2])
  })
  const list = async place => {
    const address = new URL(place, location.href)
    const { bytes, urls, version } = await (await fetch(address)).json()
    return { bytes, version, urls: urls.map(url => new URL(url, address).href) }
  }
  const show = async (place, element) => {
    const { bytes } = await list(place)
    const { lang } = document.documentElement
    const size = (bytes / 1e6).toLocaleString(lang === "bn" ? "bn" : "en", { maximumFractionDigits: 1 })
    element.textContent = element.textContent.replace("…", size)
  }
  const save = async () => {
    button.disabled = true
    bar.hidden = false
    said.textContent = ""
    try {
      const course = await list(box.dataset.list)
      const playground = more?.checked ? await list(box.dataset.playground) : { urls: [] }
      const urls = [...course.urls, ...playground.urls]
      const worker = (await navigator.serviceWorker.ready).active
      let missing = 0
      bar.max = urls.length
      for (let at = 0; at < urls.length; at += PORTION) {
        missing += (await keep(worker, urls.slice(at, at + PORTION))).length
        bar.value = at + PORTION
      }
      // Run need not tell any more how much it would load.
      if (!missing && playground.version) localStorage.setItem("setu.loaded", playground.version)
      said.textContent = missing ? failed : done
    } catch {
      said.textContent = failed
    }
    button.disabled = false
    bar.hidden = true
  }
  if (navigator.serviceWorker && location.protocol !== "file:") {
    box.hidden = false
    button.addEventListener("click", save)
    show(box.dataset.list, button).catch(() => {})
    if (more) show(box.dataset.playground, more.nextElementSibling).catch(() => {})
  }
}
