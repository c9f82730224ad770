// What the reader made, kept in the browser (IndexedDB): files, databases, progress. Where the
// browser refuses to keep anything, it stays in memory until the page is closed.

import type { Databases, Files, Space } from "./protocol"

/** How far one exercise is: `Record` of src/setu/exercises/work.py. */
export interface ExerciseRecord {
  attempts: number
  outcome: string | null
  score: number
  max_score: number
  passed: boolean
  hints: number
  solution_seen: boolean
}

/** `progress.json`, schema 1. */
export interface Progress { schema: 1, exercises: Record<string, ExerciseRecord> }

export const newRecord = (): ExerciseRecord => (
  { attempts: 0, outcome: null, score: 0, max_score: 0, passed: false, hints: 0, solution_seen: false }
)

/** `refused`: the browser keeps nothing (private window); `full`: no room is left. */
export type Trouble = "refused" | "full"

interface Kept<T> { value: T, version: number }
type Shelf = "files" | "databases" | "progress"

const key = (space: Space) => `${space.kind}/${space.id}`

// --- the database ---

let opened: Promise<IDBDatabase | null> | null = null
/** Set once it is open, so that the last save before the page goes begins at once. */
let database: IDBDatabase | null = null
const memory = new Map<string, unknown>()
const troubled = new Set<(trouble: Trouble) => void>()
let trouble: Trouble | null = null

/** Called when something cannot be kept, at once if that is known already. */
export function onTrouble(hears: (trouble: Trouble) => void): void {
  troubled.add(hears)
  if (trouble) hears(trouble)
}

function complain(found: Trouble): void {
  if (trouble === found) return
  trouble = found
  for (const hears of troubled) hears(found)
}

function open(): Promise<IDBDatabase | null> {
  opened ??= new Promise(done => {
    const refused = () => { complain("refused"); done(null) }
    try {
      const asking = indexedDB.open("setu", 1)
      asking.onupgradeneeded = () => {
        for (const shelf of ["files", "databases", "progress"]) asking.result.createObjectStore(shelf)
      }
      asking.onsuccess = () => {
        database = asking.result
        database.onversionchange = () => { database?.close(); database = null; opened = null }
        database.onclose = () => { database = null; opened = null }
        done(database)
      }
      asking.onerror = refused
    } catch { refused() }
  })
  return opened
}

/** What `change` makes of what is kept; it runs inside the transaction, so no other tab comes between. */
async function update<T>(shelf: Shelf, name: string, change: (old: Kept<T> | null) => Kept<T> | null | undefined): Promise<Kept<T> | null> {
  const inMemory = () => {
    const old = (memory.get(`${shelf} ${name}`) ?? null) as Kept<T> | null
    const next = change(old)
    if (next === null) memory.delete(`${shelf} ${name}`)
    else if (next) memory.set(`${shelf} ${name}`, next)
    return next === undefined ? old : next
  }
  const kept = database ?? await open()
  if (!kept) return inMemory()
  return await new Promise(done => {
    let result: Kept<T> | null = null
    let written: Kept<T> | null | undefined
    const failed = () => {
      complain("full")
      if (written) memory.set(`${shelf} ${name}`, written)
      done(written ?? result)
    }
    try {
      const transaction = kept.transaction(shelf, "readwrite", { durability: "relaxed" })
      const store = transaction.objectStore(shelf)
      const reading = store.get(name)
      reading.onsuccess = () => {
        // What did not fit any more is in memory, and newer.
        const old = (memory.get(`${shelf} ${name}`) ?? reading.result ?? null) as Kept<T> | null
        written = change(old)
        result = written === undefined ? old : written
        if (written === null) store.delete(name)
        else if (written) store.put(written, name)
      }
      transaction.oncomplete = () => {
        if (written !== undefined && memory.delete(`${shelf} ${name}`)) trouble = null
        done(result)
      }
      transaction.onabort = failed
    } catch {
      database = null
      opened = null
      inMemory()
      failed()
    }
  })
}

async function read<T>(shelf: Shelf, name: string): Promise<Kept<T> | null> {
  return await update<T>(shelf, name, () => undefined)
}

async function names(shelf: Shelf): Promise<string[]> {
  const found = new Set([...memory.keys()].filter(each => each.startsWith(`${shelf} `)).map(each => each.slice(shelf.length + 1)))
  const kept = database ?? await open()
  if (kept) {
    const keys = await new Promise<IDBValidKey[]>(done => {
      const asking = kept.transaction(shelf).objectStore(shelf).getAllKeys()
      asking.onsuccess = () => done(asking.result)
      asking.onerror = () => done([])
    })
    for (const each of keys) found.add(String(each))
  }
  return [...found].sort()
}

// --- other tabs ---

type Change = { shelf: Shelf, name: string }
const channel = "BroadcastChannel" in self ? new BroadcastChannel("setu") : null
const heard = new Set<(change: Change) => void>()
if (channel) channel.onmessage = (event: MessageEvent<Change>) => { for (const hears of heard) hears(event.data) }
const tell = (shelf: Shelf, name: string) => channel?.postMessage({ shelf, name } satisfies Change)

/** Called when another tab has saved files of this space. */
export function onFilesElsewhere(space: Space, hears: () => void): void {
  heard.add(change => { if (change.shelf === "files" && change.name === key(space)) hears() })
}

/** Called when another tab has saved progress. */
export function onProgressElsewhere(hears: () => void): void {
  heard.add(change => { if (change.shelf === "progress") hears() })
}

// --- files ---

/** The version that this tab knows, by space: who saves over another one keeps that as a backup. */
const known = new Map<string, number>()

export async function loadFiles(space: Space): Promise<Files | null> {
  await recover(space)
  const kept = await read<Files>("files", key(space))
  known.set(key(space), kept?.version ?? 0)
  return kept?.value ?? null
}

// A page that is being left may have no time for IndexedDB: what was typed last also goes, at once,
// where the next page finds it.
const last = (space: Space) => `setu.unsaved ${key(space)}`

function leave(space: Space, files: Files): void {
  const left = { files, version: known.get(key(space)) ?? 0 }
  try { localStorage.setItem(last(space), JSON.stringify(left)) } catch { /* refused or full: IndexedDB may still do it */ }
}

function stay(space: Space): void {
  try { localStorage.removeItem(last(space)) } catch { /* there is none */ }
}

async function recover(space: Space): Promise<void> {
  let left: { files: Files, version: number } | null = null
  try {
    left = JSON.parse(localStorage.getItem(last(space)) ?? "null")
  } catch { /* as if there were none */ }
  stay(space)
  if (!left) return
  let aside: Files | null = null
  await update<Files>("files", key(space), old => {
    if (old && same(old.value, left.files)) return undefined
    if (old && old.version !== left.version) {
      aside = left.files
      return undefined
    }
    return { value: left.files, version: left.version + 1 }
  })
  if (aside) await backUp(space, aside)
}

/**
 * Keep the files of a space. What another tab saved since this one loaded is put aside first; then
 * the answer is the name of that backup, else null.
 */
export async function saveFiles(space: Space, files: Files): Promise<string | null> {
  const name = key(space)
  let aside: Files | null = null
  await update<Files>("files", name, old => {
    const version = old?.version ?? 0
    if (old && version !== (known.get(name) ?? version) && !same(old.value, files)) aside = old.value
    known.set(name, version + 1)
    return { value: files, version: version + 1 }
  })
  tell("files", name)
  return aside ? await backUp(space, aside) : null
}

const same = (one: Files, other: Files) => {
  const paths = Object.keys(one)
  return paths.length === Object.keys(other).length && paths.every(path => one[path] === other[path])
}

/** Keep files under the first free `<id>.backup-<number>`, which is the answer. */
export async function backUp(space: Space, files: Files): Promise<string> {
  const taken = await names("files")
  let number = 1
  while (taken.includes(`${key(space)}.backup-${number}`)) number += 1
  const id = `${space.id}.backup-${number}`
  await update<Files>("files", key({ ...space, id }), () => ({ value: files, version: 1 }))
  return id
}

/** The ids of the backups of a space, oldest first. */
export async function backupsOf(space: Space): Promise<string[]> {
  const start = `${key(space)}.backup-`
  const number = (name: string) => Number(name.slice(start.length))
  const found = (await names("files")).filter(name => name.startsWith(start))
  return found.sort((one, other) => number(one) - number(other)).map(name => name.slice(space.kind.length + 1))
}

/** The ids of the spaces of a kind that the reader has files of; backups are not among them. */
export async function spacesOf(kind: Space["kind"]): Promise<string[]> {
  const found = (await names("files")).filter(name => name.startsWith(`${kind}/`) && !name.includes(".backup-"))
  return found.map(name => name.slice(kind.length + 1))
}

/** Forget files and databases of a space; backups stay. */
export async function forget(space: Space): Promise<void> {
  await update("files", key(space), () => null)
  await update("databases", key(space), () => null)
  known.set(key(space), 0)
  tell("files", key(space))
}

export interface Saver {
  /** Something was typed. */
  changed(): void
  /** Save now what is not saved yet. */
  flush(): Promise<void>
  /** Do not save what is not saved yet; tells whether there was something. */
  drop(): boolean
}

/** Saves what is typed a moment later, and at once when the page is left. */
export function saver(space: Space, files: () => Files, saved?: (backup: string | null) => void): Saver {
  let timer = 0
  const flush = async () => {
    if (!timer) return
    clearTimeout(timer)
    timer = 0
    saved?.(await saveFiles(space, files()))
  }
  const leaving = () => {
    if (timer) leave(space, files())
    void flush()
  }
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") leaving()
    else stay(space) // the page lived on, so IndexedDB has it
  })
  addEventListener("pagehide", leaving)
  return {
    changed() {
      clearTimeout(timer)
      timer = window.setTimeout(() => void flush(), 400)
    },
    flush,
    drop() {
      const waiting = timer !== 0
      clearTimeout(timer)
      timer = 0
      return waiting
    },
  }
}

// --- databases ---

export async function loadDatabases(space: Space): Promise<Databases | null> {
  return (await read<Databases>("databases", key(space)))?.value ?? null
}

export async function saveDatabases(space: Space, databases: Databases): Promise<void> {
  await update<Databases>("databases", key(space), old => ({ value: databases, version: (old?.version ?? 0) + 1 }))
}

// --- progress ---

export async function progress(): Promise<Progress> {
  return (await read<Progress>("progress", "progress"))?.value ?? { schema: 1, exercises: {} }
}

export async function saveProgress(next: Progress): Promise<void> {
  await changeProgress(() => next)
}

/** Change what is kept, without losing what another tab keeps at the same moment. */
export async function changeProgress(change: (progress: Progress) => Progress): Promise<Progress> {
  const kept = await update<Progress>("progress", "progress", old => ({
    value: change(structuredClone(old?.value ?? { schema: 1, exercises: {} })), version: (old?.version ?? 0) + 1,
  }))
  tell("progress", "progress")
  mark(kept!.value)
  return kept!.value
}

/** Tell docs/assets/js/progress.js, which marks checked exercises in the navigation of every page. */
function mark({ exercises }: Progress): void {
  const checked = Object.entries(exercises).filter(([, record]) => record.passed || record.outcome)
  const states = checked.map(([id, record]) => [id, record.passed ? "passed" : "failed"])
  try { localStorage.setItem("setu.exercises", JSON.stringify(Object.fromEntries(states))) } catch { /* then they are not marked */ }
  dispatchEvent(new Event("setu.exercises"))
}

/** The same for the record of one exercise, which is made if there is none. */
export async function changeRecord(exercise: string, change: (record: ExerciseRecord) => void): Promise<ExerciseRecord> {
  const now = await changeProgress(all => {
    change(all.exercises[exercise] ??= newRecord())
    return all
  })
  return now.exercises[exercise]!
}

/** Keep a progress under the first free `progress-backup-<number>`, which is the answer. */
export async function backUpProgress(old: Progress): Promise<string> {
  const taken = await names("progress")
  let number = 1
  while (taken.includes(`progress-backup-${number}`)) number += 1
  await update<Progress>("progress", `progress-backup-${number}`, () => ({ value: old, version: 1 }))
  return `progress-backup-${number}`
}
