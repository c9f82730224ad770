// The reader's work as a zip and back: `progress.json` and `<exercise id>/app/…`, the tree that
// `setu pack` makes and `setu grade` takes (DESIGN's Contracts; src/setu/exercises/work.py).

import { strFromU8, strToU8, unzipSync, zipSync, type Unzipped, type Zippable } from "fflate"

import type { Files } from "./protocol"
import { backUp, backUpProgress, changeProgress, loadFiles, newRecord, progress, saveFiles, spacesOf, type ExerciseRecord, type Progress } from "./store"

/** A zip that cannot be imported; `key` names the sentence that says why. */
export class BadZip extends Error {
  constructor(readonly key: string, readonly params: Record<string, string | number> = {}) { super(key) }
}

export interface Imported {
  exercises: string[]
  /** Exercises in the zip that the course does not have. */
  unknown: string[]
  /** Under which names what was there before is kept. */
  backups: string[]
}

const MOST_MEGABYTES = 20
const ENTRY = /^(?:[^/]+\/)?(?:(progress\.json)|(ch\d\d_[a-z0-9_]+)\/(app\/.+))$/

/** All work as a zip; null when there is none. */
export async function packWork(): Promise<Uint8Array | null> {
  const kept = await progress()
  const exercises = Object.fromEntries(Object.entries(kept.exercises).sort(([one], [other]) => one < other ? -1 : 1))
  const tree: Zippable = {}
  for (const id of await spacesOf("exercise")) {
    const files = await loadFiles({ kind: "exercise", id }) ?? {}
    for (const [path, text] of Object.entries(files)) {
      if (path.startsWith("app/")) tree[`${id}/${path}`] = strToU8(text)
    }
  }
  if (!Object.keys(tree).length && !Object.keys(exercises).length) return null
  tree["progress.json"] = strToU8(`${JSON.stringify({ schema: 1, exercises }, null, 2)}\n`)
  return zipSync(tree)
}

/** The name of the file to hand in, as `setu pack --name` makes it; any script is kept. */
export function fileName(name: string): string {
  const kept = name.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}\-_ \u200c\u200d]/gu, "-").split(/\s+/).join(" ")
  const clean = kept.slice(0, 80).replace(/^[- ]+|[- ]+$/g, "")
  return `${clean || "setu-work"}.zip`
}

/**
 * Take over the work in a zip. What was there and differs becomes a numbered backup.
 * Raises BadZip, and then nothing was changed.
 */
export async function importWork(file: File, known: ReadonlySet<string>): Promise<Imported> {
  const { records, exercises } = await unpack(file)
  const ids = new Set([...Object.keys(exercises), ...Object.keys(records)])
  if (!ids.size) throw new BadZip("page_import_nothing", { file: file.name })
  const imported: Imported = { exercises: [], unknown: [], backups: [] }
  for (const id of [...ids].sort()) (known.has(id) ? imported.exercises : imported.unknown).push(id)
  for (const id of imported.exercises) {
    const space = { kind: "exercise" as const, id }
    const files = exercises[id]
    if (!files) continue
    const mine = await loadFiles(space)
    if (mine && Object.keys({ ...mine, ...files }).some(path => mine[path] !== files[path])) {
      imported.backups.push(await backUp(space, mine))
    }
    await saveFiles(space, files)
  }
  const before = await progress()
  const both = imported.exercises.filter(id => before.exercises[id] && records[id])
  if (both.some(id => JSON.stringify(before.exercises[id]) !== JSON.stringify(records[id]))) {
    imported.backups.push(await backUpProgress(before))
  }
  await changeProgress(all => {
    for (const id of imported.exercises) {
      if (records[id]) all.exercises[id] = merged(all.exercises[id], records[id])
    }
    return all
  })
  return imported
}

/** What was reached on either side stays reached. */
function merged(mine: ExerciseRecord | undefined, theirs: ExerciseRecord): ExerciseRecord {
  return {
    ...theirs,
    attempts: Math.max(mine?.attempts ?? 0, theirs.attempts),
    passed: theirs.passed || (mine?.passed ?? false),
    hints: Math.max(mine?.hints ?? 0, theirs.hints),
    solution_seen: theirs.solution_seen || (mine?.solution_seen ?? false),
  }
}

async function unpack(file: File): Promise<{ records: Progress["exercises"], exercises: Record<string, Files> }> {
  const limit = MOST_MEGABYTES * 1e6
  const tooBig = new BadZip("page_import_too_big", { file: file.name, mb: MOST_MEGABYTES })
  if (file.size > limit) throw tooBig
  let entries: Unzipped
  let total = 0
  try {
    entries = unzipSync(new Uint8Array(await file.arrayBuffer()), {
      filter(entry) {
        if (!ENTRY.test(plain(entry.name))) return false
        total += entry.originalSize
        if (total > limit) throw tooBig
        return true
      },
    })
  } catch (error) {
    throw error === tooBig ? error : new BadZip("page_import_no_zip", { file: file.name })
  }
  const exercises: Record<string, Files> = {}
  let records: Progress["exercises"] = {}
  for (const [name, bytes] of Object.entries(entries)) {
    const [, isProgress, id, path] = ENTRY.exec(plain(name))!
    if (isProgress) {
      try {
        records = checked(JSON.parse(strFromU8(bytes)))
      } catch {
        throw new BadZip("page_import_bad_progress", { file: file.name })
      }
    } else if (id && path && !path.split("/").some(part => ["", ".", "..", "__pycache__"].includes(part))) {
      const text = decoded(bytes)
      if (text !== null) (exercises[id] ??= {})[path] = text
    }
  }
  return { records, exercises }
}

const plain = (name: string) => name.replaceAll("\\", "/")

/** Text files only: a database or an image in the folder is not part of the work. */
function decoded(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    return text.includes("\0") ? null : text.replaceAll("\r\n", "\n")
  } catch {
    return null
  }
}

/** The records of a `progress.json`; throws when it is not one of schema 1. */
function checked(data: unknown): Progress["exercises"] {
  const { schema, exercises } = data as { schema: unknown, exercises: unknown }
  if (schema !== 1 || typeof exercises !== "object" || exercises === null || Array.isArray(exercises)) throw new TypeError("progress")
  const records: Progress["exercises"] = {}
  for (const [id, found] of Object.entries(exercises)) {
    const record = newRecord() as unknown as Record<string, unknown>
    for (const [field, value] of Object.entries(found as object)) {
      if (!Object.hasOwn(record, field)) continue // of a newer course
      const fits = field === "outcome" ? value === null || typeof value === "string" : typeof value === typeof record[field]
      if (!fits || typeof value === "number" && !(Number.isInteger(value) && value >= 0)) throw new TypeError(field)
      record[field] = value
    }
    records[id] = record as unknown as ExerciseRecord
  }
  return records
}
