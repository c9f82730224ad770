// The SQL and the tables of a lab, in a panel over the page that moves none of its text: at the
// side where there is room, else a sheet at the bottom.

import { button, make } from "./dom"
import type { Space, SqlGroup } from "./protocol"
import { tableViewer } from "./tables"
import { tabs } from "./tabs"
import { say } from "./words"
import { xray } from "./xray"

export interface Panel {
  /** Show what was sent, after what is there already when `append`. */
  ran(sql: SqlGroup[], append: boolean): void
  clear(): void
}

export function panel(space: Space): Panel {
  const sheet = make("aside", { className: "setu-panel md-typeset", hidden: true, lang: document.documentElement.lang })
  sheet.setAttribute("aria-label", say("page_panel"))
  const toggle = button(say("page_panel"), () => set(true), "setu-button--main setu-panel-toggle")
  toggle.lang = sheet.lang
  toggle.setAttribute("aria-expanded", "false")
  const close = button(say("page_close"), () => { set(false); toggle.focus() }, "setu-panel-close")
  sheet.append(close)
  const both = tabs(sheet, say("page_panel"), id => { if (id === "tables") void viewer.refresh() })
  const shown = xray(both.panel("sql", say("page_panel_sql")))
  const viewer = tableViewer(both.panel("tables", say("page_panel_tables")), space)
  document.body.append(make("div", { className: "md-typeset" }, toggle), sheet)
  sheet.addEventListener("keydown", event => {
    if (event.key === "Escape") { set(false); toggle.focus() }
  })

  function set(open: boolean): void {
    sheet.hidden = !open
    toggle.hidden = open
    toggle.setAttribute("aria-expanded", String(open))
    document.documentElement.classList.toggle("setu-panel-open", open)
    if (!open) return
    close.focus()
    refresh()
  }
  function refresh(): void {
    if (!sheet.hidden && both.selected === "tables") void viewer.refresh()
  }

  return {
    ran(groups, append) {
      shown.show(groups, append)
      refresh()
    },
    clear() {
      shown.clear()
      refresh()
    },
  }
}
