// The page's one engine: a worker with Python in it, which answers one call after the other.

import { Ended, type Calls, type Ending, type Engine, type Event, type Name, type Request, type Space, type Stage } from "./protocol"
import { loadDatabases, saveDatabases } from "./store"
import { folder, language } from "./words"

declare global {
  /** How long a call may take, in milliseconds; tests make it shorter. */
  // eslint-disable-next-line no-var
  var setuLimit: number | undefined
}

const LIMIT = 20_000
/** A spare worker is kept where the device has at least this much memory (GB). */
const MEMORY_OF_SPARE = 4
/** What is run in Python with files of the catalog. */
const WITH_DATA: Name[] = ["app.start", "script.run", "alembic.run", "lab.run", "exercise.check"]
/** Milliseconds without a call, after which the spare is started: its start takes a processor. */
const QUIET = 3000
const LOADED = "setu.loaded"

type Heard = Parameters<Parameters<Engine["listen"]>[0]>[0]
type Printed = ((stream: "stdout" | "stderr", text: string) => void) | undefined

interface Job {
  id: number
  name: Name
  given: unknown
  printed: Printed
  answered(answer: unknown): void
  failed(error: Error): void
}

/** One worker, from its start to its end. */
class Runtime {
  readonly restored = new Set<string>()
  readonly worker = new Worker(new URL("worker.js", folder), { type: "module", name: "setu" })
  ready = false
  begun = false
  progress: Heard["progress"]

  constructor(private readonly hears: (runtime: Runtime, event: Event) => void) {
    this.worker.onmessage = (message: MessageEvent<Event>) => {
      this.begun = true
      if (message.data.type === "progress") {
        this.progress = message.data
        this.ready ||= message.data.stage === "ready"
      }
      hears(this, message.data)
    }
    this.worker.onerror = event => {
      event.preventDefault()
      void this.died(event.message)
    }
    this.send({ type: "boot", language, first: !isLoaded() })
  }

  send(request: Request): void {
    this.worker.postMessage(request)
  }

  private async died(detail: string): Promise<void> {
    const ending = this.begun ? "crashed" : await whyNot()
    this.hears(this, { type: "ended", ending, detail })
  }
}

let refused = 0

/** Why a worker did not even begin: its scripts are not to be had, or cannot be run. */
async function whyNot(): Promise<Ending> {
  try {
    const scripts = await Promise.all(["worker.js", "pyodide.mjs"].map(name => fetch(new URL(name, folder))))
    if (scripts.some(answer => answer.status === 404)) return "outdated"
    await Promise.all(scripts.map(answer => answer.arrayBuffer()))
    if (scripts.some(answer => !answer.ok)) return "offline"
    // They are there now: the connection may have broken off for a moment, but hardly twice.
    refused += 1
    return refused > 1 ? "unsupported" : "offline"
  } catch {
    return "offline"
  }
}

/** Why a file of this page's version is not to be had. The service worker leaves HEAD alone. */
export async function whyMissing(): Promise<Ending> {
  const asked = fetch(new URL("files.json", folder), { method: "HEAD" })
  return await asked.then(answer => answer.status === 404, () => false) ? "outdated" : "offline"
}

/**
 * All that may be opened later is kept too, so that every page that was read works without a
 * network: once the page has been quiet for a while, or when the reader leaves it.
 */
async function keepAll(): Promise<void> {
  if ((navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return
  const worker = (await navigator.serviceWorker?.ready)?.active
  if (!worker) return
  let asked = false
  const ask = () => {
    if (!asked) worker.postMessage({ type: "save", list: new URL("files.json", folder).href })
    asked = true
  }
  window.setTimeout(ask, QUIET)
  addEventListener("pagehide", ask)
}

const version = () => folder.pathname.split("/").at(-2)!

function isLoaded(): boolean {
  try { return localStorage.getItem(LOADED) === version() } catch { return false }
}

function noteLoaded(): void {
  try { localStorage.setItem(LOADED, version()) } catch { /* then the size is told again */ }
}

const supported = () => "WebAssembly" in self && "Worker" in self && "DecompressionStream" in self

const spaceOf = (name: Name, given: Record<string, unknown>): Space => {
  if ("space" in given) return given["space"] as Space
  const kind = name.startsWith("lab.") ? "lab" : name.startsWith("exercise.") ? "exercise" : "chapter"
  return { kind, id: given[kind] as string }
}

const data = new Map<string, Promise<unknown>>()

/** The catalog's data of a chapter or an exercise; what could not be fetched is asked for again. */
function dataOf(id: string): Promise<unknown> {
  let asked = data.get(id)
  if (!asked) {
    asked = fetchJson(`data/${id}.json`)
    data.set(id, asked)
    asked.catch(() => data.delete(id))
  }
  return asked
}

async function fetchJson(path: string): Promise<unknown> {
  let answer: Response
  try {
    answer = await fetch(new URL(path, folder))
  } catch (error) {
    throw new Ended("offline", String(error))
  }
  if (answer.status === 404) throw new Ended("outdated", path)
  if (!answer.ok) throw new Ended("offline", `${path}: ${answer.status}`)
  return await answer.json().catch(error => { throw new Ended("offline", String(error)) })
}

class OnePage implements Engine {
  private runtime: Runtime | null = null
  private spare: Runtime | null = null
  private readonly queue: Job[] = []
  private current: Job | null = null
  private timer = 0
  private quiet = 0
  private count = 0
  private readonly listeners = new Set<(heard: Heard) => void>()

  get state(): Engine["state"] {
    if (!this.runtime) return "off"
    if (!this.runtime.ready) return "loading"
    return this.current ? "busy" : "ready"
  }

  listen(hears: (heard: Heard) => void): () => void {
    this.listeners.add(hears)
    return () => { this.listeners.delete(hears) }
  }

  call<N extends Name>(name: N, given: Calls[N]["given"], on: { printed?: Printed } = {}): Promise<Calls[N]["answer"]> {
    if (!supported()) return Promise.reject(new Ended("unsupported"))
    return new Promise((answered, failed) => {
      this.count += 1
      this.queue.push({
        id: this.count, name, given, printed: on.printed, failed, answered: answered as (answer: unknown) => void,
      })
      this.next()
    })
  }

  stop(): void {
    this.end("stopped")
  }

  private tell(more: Partial<Heard> = {}): void {
    for (const hears of [...this.listeners]) hears({ state: this.state, ...more })
  }

  private next(): void {
    if (this.current) return
    const job = this.queue.shift()
    if (!job) return
    this.current = job
    if (!this.runtime) {
      this.runtime = this.spare ?? new Runtime((runtime, event) => this.hear(runtime, event))
      this.spare = null
    }
    this.tell({ progress: this.runtime.ready ? undefined : this.runtime.progress } as Partial<Heard>)
    void this.begin(job, this.runtime)
  }

  /** Send what the call needs, then the call itself. */
  private async begin(job: Job, runtime: Runtime): Promise<void> {
    const space = spaceOf(job.name, job.given as Record<string, unknown>)
    try {
      const [found, databases] = await Promise.all([
        WITH_DATA.includes(job.name) ? dataOf(space.id) : null,
        runtime.restored.has(`${space.kind}/${space.id}`) ? null : loadDatabases(space),
      ])
      if (this.current !== job || this.runtime !== runtime) return
      runtime.restored.add(`${space.kind}/${space.id}`)
      if (databases) runtime.send({ type: "restore", space, databases })
      runtime.send({ type: "call", id: job.id, name: job.name, given: job.given, data: found })
      if (runtime.ready) this.watch()
    } catch (error) {
      if (this.current !== job) return
      this.finish()
      job.failed(error as Error)
      this.next()
    }
  }

  /** From here on the call's time counts. */
  private watch(): void {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => this.end("time_limit"), globalThis.setuLimit ?? LIMIT)
  }

  private finish(): void {
    clearTimeout(this.timer)
    this.current = null
    this.tell()
  }

  private hear(runtime: Runtime, event: Event): void {
    if (event.type === "saved") {
      void saveDatabases(event.space, event.databases)
      return
    }
    if (runtime !== this.runtime) {
      if (event.type === "ended" && runtime === this.spare) this.spare = null
      return
    }
    const job = this.current
    if (event.type === "progress") {
      const { stage, loaded, total } = event
      if (stage === "ready") {
        noteLoaded()
        void keepAll()
        if (job) this.watch()
      }
      this.tell({ progress: { stage, loaded, total } as { stage: Stage, loaded: number, total: number } })
    } else if (event.type === "ended") {
      this.end(event.ending, event.detail)
    } else if (job && event.id === job.id) {
      if (event.type === "printed") { job.printed?.(event.stream, event.text); return }
      this.finish()
      if (event.type === "answer") job.answered(event.answer)
      else job.failed(new Error(event.error))
      this.warm()
      this.next()
    }
  }

  /** The worker ends, and with it what waits for an answer. */
  private end(ending: Ending, detail = ""): void {
    const { runtime } = this
    if (!runtime) return
    runtime.worker.terminate()
    clearTimeout(this.timer)
    const lost = [...(this.current ? [this.current] : []), ...this.queue.splice(0)]
    this.current = null
    this.runtime = null
    this.tell({ lost: ending })
    for (const job of lost) job.failed(new Ended(ending, detail))
  }

  /** A second worker waits where there is memory for it, so that Stop costs nothing. */
  private warm(): void {
    const memory = (navigator as { deviceMemory?: number }).deviceMemory ?? 0
    if (this.spare || memory < MEMORY_OF_SPARE) return
    clearTimeout(this.quiet)
    this.quiet = window.setTimeout(() => this.current ? this.warm() : this.startSpare(), QUIET)
  }

  private startSpare(): void {
    this.spare ??= new Runtime((runtime, event) => this.hear(runtime, event))
  }
}

let one: Engine | null = null

/** The engine of this page; nothing is loaded before the first call. */
export function engine(): Engine {
  one ??= new OnePage()
  return one
}
