// The Web Worker: loads Python and hands it the page's calls, one at a time and in their order.

import { scrypt } from "@noble/hashes/scrypt.js"
import type { PyodideAPI } from "pyodide"
// Beside this script, as it comes from its package: it looks for its other files where it lies.
import { loadPyodide } from "./pyodide.mjs"

import type { Ending, Event, Request, Stage } from "./protocol"
import { start } from "./runtime"

/** Of each file its size and its size as a host sends it with gzip; filled in by the build. */
declare const SETU_SIZES: Record<string, [number, number]>

/** Pyodide's list of packages, without packages: nothing is ever installed by name. */
declare const SETU_LOCK: string

class Missing extends Error {
  constructor(readonly ending: Ending, detail: string) { super(detail) }
}

const send = (event: Event) => postMessage(event)
const folder = new URL(".", import.meta.url)
/** Nothing is counted that the browser already has. */
let total = Object.values(SETU_SIZES).reduce((sum, [, sent]) => sum + sent, 0)
const network = fetch.bind(globalThis)
let loaded = 0
let told = 0
let stage: Stage = "download"

function tell(next: Stage): void {
  stage = next
  send({ type: "progress", stage, loaded: Math.min(loaded, total), total })
}

const WASM = { headers: { "Content-Type": "application/wasm" } }

async function get(name: string, count: boolean): Promise<Response> {
  let answer: Response
  try {
    answer = await network(new URL(name, folder))
  } catch (error) {
    throw new Missing("offline", `${name}: ${error}`)
  }
  if (answer.status === 404 || answer.status === 410) throw new Missing("outdated", name)
  if (!answer.ok || !answer.body) throw new Missing("offline", `${name}: ${answer.status}`)
  // Some hosts know no WebAssembly, and the browser compiles while it loads by this type only.
  const wasm = name.endsWith(".wasm")
  const type = answer.headers.get("Content-Type") ?? ""
  if (!count) return wasm && type !== "application/wasm" ? new Response(answer.body, WASM) : answer
  const [size, sent] = SETU_SIZES[name]!
  const counted = answer.body.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      loaded += chunk.byteLength * sent / size
      if (loaded - told > 100_000) { told = loaded; tell(stage) }
      controller.enqueue(chunk)
    },
  }))
  return new Response(counted, wasm ? WASM : {})
}

async function bytes(name: string, count: boolean): Promise<Uint8Array> {
  const answer = await get(name, count)
  try {
    return new Uint8Array(await answer.arrayBuffer())
  } catch (error) {
    throw new Missing("offline", `${name}: ${error}`)
  }
}

async function boot(first: boolean): Promise<PyodideAPI> {
  if (!first) total = 0
  tell("download")
  // All are on their way at once. What compiles while it loads must come as the browser has it:
  // a response made here would not be kept compiled in its cache.
  const archives = [bytes("packages.zst", first), bytes("course.zst", first)]
  const parts = new Map([
    ["pyodide.asm.wasm", get("pyodide.asm.wasm", first)],
    ["python_stdlib.zip", bytes("python_stdlib.zip", first).then(content => new Response(content as BlobPart))],
  ])
  const compile = WebAssembly.instantiateStreaming
  const failed = new Promise<never>((_, reject) => {
    for (const part of [...archives, ...parts.values(), get("pyodide.asm.mjs", false)]) part.catch(reject)
    // Pyodide waits for ever for a module that broke off halfway.
    WebAssembly.instantiateStreaming = (source, imports) => {
      const instance = compile(source, imports)
      instance.catch(error => reject(new Missing("offline", `pyodide.asm.wasm: ${error}`)))
      return instance
    }
  })
  globalThis.fetch = (asked, options) => {
    const name = String(asked instanceof globalThis.Request ? asked.url : asked).replace(folder.href, "")
    const part = parts.get(name)
    parts.delete(name)
    return part ?? network(asked, options)
  }
  const options = { indexURL: folder.href, env: { HOME: "/home/pyodide" }, lockFileContents: SETU_LOCK }
  const python = await Promise.race([start(loadPyodide, options, archives, () => tell("packages")), failed])
  globalThis.fetch = network
  WebAssembly.instantiateStreaming = compile
  python.registerJsModule("setu_js", { scrypt: hashed })
  python.runPython("from setu_page import bridge")
  return python
}

/** Bytes of Python are handed over as an object that is released here. */
interface PyBytes { toJs(): Uint8Array, destroy?(): void }

/** `hashlib.scrypt`: Pyodide's Python has none without OpenSSL. */
function hashed(password: PyBytes, salt: PyBytes, N: number, r: number, p: number, dkLen: number): Uint8Array {
  return scrypt(password.toJs(), salt.toJs(), { N, r, p, dkLen, maxmem: 2 ** 31 })
}

interface Bridge {
  handle(name: string, given: string, data: string, emit: (type: string, first: string, second: unknown) => void): Promise<string>
  restore(space: string, databases: unknown): void
}

let bridge: Promise<Bridge> | null = null
let last: Promise<unknown> = Promise.resolve()

onmessage = (message: MessageEvent<Request>) => {
  const asked = message.data
  if (asked.type === "boot") {
    bridge = boot(asked.first).then(python => {
      tell("ready")
      return python.pyimport("setu_page.bridge") as Bridge
    })
    bridge.catch(giveUp)
  } else {
    last = last.then(() => answer(asked))
  }
}

async function answer(asked: Exclude<Request, { type: "boot" }>): Promise<void> {
  try {
    const { handle, restore } = await bridge!
    if (asked.type === "restore") {
      restore(JSON.stringify(asked.space), asked.databases)
      return
    }
    const emit = (type: string, first: string, second: unknown) => {
      if (type === "printed") send({ type, id: asked.id, stream: first as "stdout" | "stderr", text: second as string })
      else send({ type: "saved", space: JSON.parse(first), databases: second as Record<string, Uint8Array> })
    }
    const told = await handle(asked.name, JSON.stringify(asked.given), JSON.stringify(asked.data ?? null), emit)
    send({ type: "answer", id: asked.id, answer: JSON.parse(told) })
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "PythonError") giveUp(error)
    else if (asked.type === "call") send({ type: "failed", id: asked.id, error: error.message })
  }
}

/** Python itself broke (its memory is full, its stack overflowed) or never started. */
function giveUp(error: unknown): void {
  const ending = error instanceof Missing ? error.ending : "crashed"
  send({ type: "ended", ending, detail: String(error) })
}
