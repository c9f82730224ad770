// All exercises with their state, backups of this one, export and import.

import { button, make } from "./dom"
import { stateOf, type ExerciseState } from "./progress"
import type { Language, Space } from "./protocol"
import { backUp, backupsOf, loadFiles, progress, saveFiles, spacesOf } from "./store"
import { BadZip, fileName, importWork, packWork } from "./transfer"
import { folder, language, rich, say } from "./words"

interface Listed { id: string, title: Record<Language, string> }

/** A fold at the end of `parent`; `changed` is called when files of `space` were replaced. */
export function workBox(parent: HTMLElement, space: Space, changed: () => Promise<void>): { refresh(): Promise<void> } {
  const list = make("ul", { className: "setu-exercises" })
  const backups = make("div", {})
  const told = make("p", { className: "setu-said" })
  told.setAttribute("role", "status")
  const name = make("input", { type: "text", name: "name", autocomplete: "name", maxLength: 80 })
  try { name.value = localStorage.getItem("setu.name") ?? "" } catch { /* it is typed again */ }
  const chooser = make("input", { type: "file", accept: ".zip,application/zip", hidden: true })
  const tools = make("div", { className: "setu-tools" },
    make("label", { className: "setu-field" }, say("page_name"), name),
    button(say("page_export"), () => save()),
    button(say("page_import"), () => chooser.click()), chooser)
  const box = make("details", { className: "setu-fold" }, make("summary", {}, say("page_my_work")), list, backups, tools, told)
  parent.append(box)
  // The zip with the starter lies in files/ of this language; the exercises' pages are beside that.
  const zip = parent.querySelector<HTMLAnchorElement>("a[download]")
  let exercises: Listed[] = []

  box.addEventListener("toggle", () => void refresh())
  chooser.addEventListener("change", () => {
    const [file] = chooser.files ?? []
    chooser.value = ""
    if (file) void take(file)
  })

  async function refresh(): Promise<void> {
    if (!box.open) return
    if (!exercises.length) exercises = await fetch(new URL("data/exercises.json", folder)).then(found => found.json())
    const [kept, begun, old] = await Promise.all([progress(), spacesOf("exercise"), backupsOf(space)])
    list.replaceChildren(...exercises.map(each => {
      const record = kept.exercises[each.id]
      const state: ExerciseState = stateOf(record, begun.includes(each.id))
      const chip = make("span", { className: "setu-state" }, say(`state_${state}`))
      chip.dataset["state"] = state
      const link = make("a", {}, each.title[language])
      if (zip) link.href = new URL(`../exercises/${each.id}/`, zip.href).href
      const line = make("li", {}, link, " ", chip)
      if (record?.attempts) line.append(" ", make("small", {}, say("page_attempts", { attempts: record.attempts })))
      return line
    }))
    backups.replaceChildren()
    if (!old.length) return
    backups.append(make("p", {}, say("page_backups")))
    const row = make("div", { className: "setu-tools" })
    for (const id of old) row.append(button(say("page_bring_back", { backup: id }), () => bringBack(id)))
    backups.append(row)
  }

  async function bringBack(id: string): Promise<void> {
    const files = await loadFiles({ ...space, id })
    const mine = await loadFiles(space)
    if (!files) return
    const backup = mine ? await backUp(space, mine) : null
    await saveFiles(space, files)
    await changed()
    told.replaceChildren(backup ? say("page_kept_as", { backup }) : "")
    await refresh()
  }

  async function save(): Promise<void> {
    try { localStorage.setItem("setu.name", name.value) } catch { /* it is typed again */ }
    const bytes = await packWork()
    if (!bytes) {
      told.replaceChildren(say("page_export_nothing"))
      return
    }
    const file = fileName(name.value)
    const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/zip" }))
    make("a", { href: address, download: file }).click()
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
    told.replaceChildren(rich(say("page_export_done", { file })))
  }

  async function take(file: File): Promise<void> {
    if (!exercises.length) exercises = await fetch(new URL("data/exercises.json", folder)).then(found => found.json())
    try {
      const done = await importWork(file, new Set(exercises.map(each => each.id)))
      const lines = [say("page_import_done", { exercises: done.exercises.join(", ") || "–" })]
      if (done.backups.length) lines.push(say("page_kept_as", { backup: done.backups.join(", ") }))
      if (done.unknown.length) lines.push(say("page_import_unknown", { exercises: done.unknown.join(", ") }))
      told.replaceChildren(...lines.flatMap(line => [line, make("br")]))
      if (done.exercises.includes(space.id)) await changed()
      await refresh()
    } catch (error) {
      if (!(error instanceof BadZip)) throw error
      told.replaceChildren(rich(say(error.key, error.params)))
    }
  }

  return { refresh }
}
