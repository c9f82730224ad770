// The tables of a space as they now stand.

import { make } from "./dom"
import { engine } from "./engine"
import { endedText, showTrouble } from "./output"
import { Ended, type Space, type Table } from "./protocol"
import { tabs } from "./tabs"
import { rich, say } from "./words"

export function tableViewer(parent: HTMLElement, space: Space): { refresh(): Promise<void> } {
  const box = make("div", { className: "setu-tables" }, make("p", { className: "setu-empty" }, say("page_tables_unknown")))
  parent.append(box)
  let chosen = ""

  function show(found: Table[]): void {
    if (!found.length) {
      box.replaceChildren(make("p", { className: "setu-empty" }, rich(say("page_tables_none"))))
      return
    }
    box.replaceChildren()
    const before = chosen
    const bar = tabs(box, say("page_panel_tables"), id => { chosen = id })
    for (const table of found) draw(bar.panel(table.name), table)
    bar.select(before)
  }

  return {
    async refresh() {
      try {
        const { tables, trouble } = await engine().call("tables", { space })
        show(tables)
        if (trouble) showTrouble(box, trouble)
      } catch (error) {
        if (!(error instanceof Ended)) throw error
        box.replaceChildren(make("p", { className: "setu-empty" }, endedText(error.ending)))
      }
    },
  }
}

function draw(panel: HTMLElement, { name, columns, rows, total }: Table): void {
  const head = make("tr")
  for (const column of columns) {
    const cell = make("th", { scope: "col" }, column.name)
    if (column.primary_key) cell.append(" ", make("abbr", { className: "setu-key", title: say("page_tables_key") }, "PK"))
    cell.append(make("span", { className: "setu-type" }, `${column.type}${column.nullable ? "" : " NOT NULL"}`))
    head.append(cell)
  }
  const body = make("tbody")
  for (const row of rows) {
    body.append(make("tr", {}, ...row.map(value => make("td", {}, value ?? make("span", { className: "setu-null" }, "NULL")))))
  }
  const scroll = make("div", { className: "setu-scroll", tabIndex: 0 })
  scroll.setAttribute("role", "region")
  scroll.setAttribute("aria-label", name)
  scroll.append(make("table", { className: "setu-table" }, make("thead", {}, head), body))
  const count = rows.length < total ? say("page_tables_first", { shown: rows.length, total }) : say("page_tables_rows", { total })
  panel.append(scroll, make("p", { className: "setu-count" }, count))
}
