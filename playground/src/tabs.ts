// Tabs after the pattern of the WAI-ARIA guide: arrows, Home and End choose, Tab goes on.

import { make } from "./dom"

export interface Tabs {
  /** The panel of a tab, made if there is none; a new one is put last. */
  panel(id: string, label?: string): HTMLElement
  select(id: string): void
  readonly selected: string
  readonly ids: string[]
  remove(id: string): void
  /** A mark behind the name: `word` is what screen readers hear, null takes it away. */
  mark(id: string, word: string | null): void
}

let count = 0

/** `chosen` is called when another tab is shown, by the reader or by `select`. */
export function tabs(parent: HTMLElement, label: string, chosen: (id: string) => void = () => { }): Tabs {
  count += 1
  const name = `setu-tabs-${count}`
  const bar = make("div", { className: "setu-tabs" })
  bar.setAttribute("role", "tablist")
  bar.setAttribute("aria-label", label)
  const panels = make("div", { className: "setu-panels" })
  parent.append(bar, panels)
  const all = new Map<string, { tab: HTMLButtonElement, mark: HTMLElement, panel: HTMLElement }>()
  let selected = ""
  let made = 0

  const select = (id: string) => {
    if (!all.has(id)) return
    for (const [each, { tab, panel }] of all) {
      const here = each === id
      tab.setAttribute("aria-selected", String(here))
      tab.tabIndex = here ? 0 : -1
      panel.hidden = !here
    }
    const { tab } = all.get(id)!
    bar.scrollLeft = Math.min(Math.max(bar.scrollLeft, tab.offsetLeft + tab.offsetWidth - bar.clientWidth), tab.offsetLeft)
    if (selected === id) return
    selected = id
    chosen(id)
  }

  bar.addEventListener("keydown", event => {
    const ids = [...all.keys()]
    const at = ids.indexOf(selected)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const id = ids[(to + ids.length) % ids.length]!
    select(id)
    all.get(id)!.tab.focus()
  })

  return {
    panel(id, label = id) {
      const known = all.get(id)
      if (known) return known.panel
      made += 1
      const mark = make("span", { className: "setu-mark", hidden: true })
      const tab = make("button", { type: "button", id: `${name}-tab-${made}`, className: "setu-tab", tabIndex: -1 }, label, mark)
      tab.setAttribute("role", "tab")
      tab.setAttribute("aria-controls", `${name}-panel-${made}`)
      tab.setAttribute("aria-selected", "false")
      tab.addEventListener("click", () => select(id))
      const panel = make("div", { id: `${name}-panel-${made}`, hidden: true })
      panel.setAttribute("role", "tabpanel")
      panel.setAttribute("aria-labelledby", tab.id)
      bar.append(tab)
      panels.append(panel)
      all.set(id, { tab, mark, panel })
      if (!selected) select(id)
      return panel
    },
    select,
    get selected() { return selected },
    get ids() { return [...all.keys()] },
    remove(id) {
      const gone = all.get(id)
      if (!gone) return
      const at = [...all.keys()].indexOf(id)
      all.delete(id)
      gone.tab.remove()
      gone.panel.remove()
      if (selected !== id) return
      selected = ""
      const next = [...all.keys()][Math.max(0, at - 1)]
      if (next) select(next)
    },
    mark(id, word) {
      const found = all.get(id)
      if (!found) return
      found.mark.hidden = word === null
      found.mark.replaceChildren(make("span", { className: "setu-unseen" }, word ?? ""))
      found.tab.title = word ?? ""
    },
  }
}
