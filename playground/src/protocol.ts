// What the page and the worker say to each other. playground/python/setu_page/bridge.py answers with
// the same names: each call is one JSON object in and one out.

export type Language = "en" | "bn" | "hi"

/** Path from the folder of the chapter or exercise (`app/main.py`) → text. */
export type Files = Record<string, string>

/** One database and one set of files: what a page's element works on. */
export interface Space {
  kind: "chapter" | "lab" | "exercise"
  /** `ch07_create_read`, or of an exercise `ch07_get_user`. */
  id: string
}

/** One place in the reader's own code. */
export interface Frame { file: string, line: number, name: string }

/** What went wrong: Python's last line, the reader's frames, and the traceback with those of libraries folded. */
export interface Trouble {
  /** `NoResultFound: No row was found` */
  error: string
  frames: Frame[]
  traceback: string
}

/** One statement, or the start or end of a transaction, in the order it went to the database. */
export interface Sent {
  kind: "statement" | "boundary"
  /** SQL, or `BEGIN`, `COMMIT`, `ROLLBACK`, `SAVEPOINT …` */
  sql: string
  /** One text per set of parameters, shortened; empty where the statement has none. */
  parameters: string[]
  rows: number | null
  ms: number
  error: string | null
  /** A statement by which SQLAlchemy finds out which tables and columns there are. */
  catalog: boolean
}

/** What was sent during one request, cell, script or check. `title`: `GET /users/7 → 200`, else empty. */
export interface SqlGroup {
  title: string
  /** Where the group belongs to something that the page has words for. */
  about: "startup" | "shutdown" | "request" | "run" | "check"
  sent: Sent[]
}

export interface Table {
  name: string
  columns: { name: string, type: string, primary_key: boolean, nullable: boolean }[]
  /** The first 100 rows by primary key, each value as text, or null for NULL. */
  rows: (string | null)[][]
  /** How many rows there are. */
  total: number
}

interface Ran { printed: string, sql: SqlGroup[], trouble: Trouble | null, ms: number }

/** An output of a cell in the form of a notebook (nbformat 4): stream, execute_result, display_data, error. */
export type CellOutput = Record<string, unknown> & { output_type: string }

/** Verdict of DESIGN's Contracts, schema 1 (src/setu/checks/verdict.py). */
export interface Verdict {
  schema: 1
  exercise: string
  outcome: "passed" | "failed" | "import_error" | "start_error" | "time_limit" | "memory_limit" | "checker_fault"
  passed: boolean
  score: number
  max_score: number
  checks: { id: string, status: "pass" | "fail" | "skip", points: number, advisory: boolean, key: string | null, params: Record<string, string> }[]
  frames: Frame[]
  error?: string
  log: string
  seed: number
  versions: Record<string, string>
}

/** Each call: what it is given and what it answers. */
export interface Calls {
  /** Put the files in place, import the app anew, run its startup; the database stays as it is. */
  "app.start": { given: { chapter: string, files: Files }, answer: Ran & { openapi: object | null } }
  /** `path` with its query, as in a URL. */
  "app.request": {
    given: { chapter: string, method: string, path: string, headers: Record<string, string>, body: string | null }
    answer: Ran & { status: number, headers: [string, string][], body: string, base64: boolean }
  }
  /** Run a script chapter: what `python -m app` prints. */
  "script.run": { given: { chapter: string, files: Files }, answer: Ran }
  /** `command`: what stands after `alembic`. `files`: what it made or changed; null: it deleted the file. */
  "alembic.run": { given: { chapter: string, files: Files, command: string }, answer: Ran & { ok: boolean, files: Record<string, string | null> } }
  /** Run one cell in the lab's one namespace. */
  "lab.run": { given: { lab: string, cell: string, code: string }, answer: Ran & { outputs: CellOutput[], number: number } }
  /** Forget the lab's variables and delete its database. */
  "lab.reset": { given: { lab: string }, answer: Record<string, never> }
  /** `checks.py` comes with the exercise's data; without a seed the data of the checks are new. */
  "exercise.check": { given: { exercise: string, files: Files, seed?: number }, answer: { verdict: Verdict, sql: SqlGroup[], ms: number } }
  "tables": { given: { space: Space }, answer: { tables: Table[], trouble: Trouble | null } }
  /** Delete the database of a space; the app of it is stopped. */
  "database.reset": { given: { space: Space }, answer: Record<string, never> }
}

export type Name = keyof Calls

/** Bytes of the databases of a space: file name → content. */
export type Databases = Record<string, Uint8Array>

export type Stage = "download" | "start" | "packages" | "ready"

/** page → worker */
export type Request =
  /** `first`: nothing is in the browser's cache yet, so the download is counted. */
  | { type: "boot", language: Language, first: boolean }
  /** Before the first call on a space: put back the databases that the page kept. */
  | { type: "restore", space: Space, databases: Databases }
  | { type: "call", id: number, name: Name, given: unknown, /** the catalog's data the call needs (files of the chapter, checks…) */ data: unknown }

/** worker → page */
export type Event =
  | { type: "progress", stage: Stage, loaded: number, total: number }
  | { type: "answer", id: number, answer: unknown }
  /** The worker is of no use any more: a file could not be had, or Python itself broke. */
  | { type: "ended", ending: Ending, detail: string }
  /** The call could not be done at all: a fault of ours, not of the reader's code. */
  | { type: "failed", id: number, error: string }
  | { type: "printed", id: number, stream: "stdout" | "stderr", text: string }
  /** A database as it is after a commit: the page keeps it (IndexedDB) and gives it to the next worker. */
  | { type: "saved", space: Space, databases: Databases }

// --- what the elements of the page use (engine.ts) ---

/** Why a call gave no answer. The page has one sentence for each (words.ts). */
export type Ending =
  | "stopped"        // the reader pressed Stop
  | "time_limit"     // 20 s are over
  | "crashed"        // the worker died: out of memory, say
  | "offline"        // a file could not be fetched
  | "outdated"       // a newer site has been put up: the old files are gone
  | "unsupported"    // no WebAssembly, no Worker, too old

export class Ended extends Error {
  constructor(readonly ending: Ending, detail = "") { super(detail || ending) }
}

export interface Engine {
  /** Not started; loading; waiting for a call; answering one. */
  readonly state: "off" | "loading" | "ready" | "busy"
  /** Starts the runtime when need be, waits its turn, and answers; rejects with `Ended`. */
  call<N extends Name>(name: N, given: Calls[N]["given"], on?: { printed?(stream: "stdout" | "stderr", text: string): void }): Promise<Calls[N]["answer"]>
  /** End what runs, at once. Databases and editors stay; variables of labs and running apps are gone. */
  stop(): void
  /** Called on each change of `state`, on progress, and when a worker ended (`lost`: apps and labs have to start anew). */
  listen(hears: (heard: { state: Engine["state"], progress?: { stage: Stage, loaded: number, total: number }, lost?: Ending }) => void): () => void
}
