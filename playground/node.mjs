// The playground's Python in Node, for tests and for trying things: see src/setu/playground/node.py.
//
//   node playground/node.mjs STDLIB PACKAGES COURSE FILE.py [arguments]
//
// The repository is seen under /course, read and written. `await` works in FILE.py.
import { readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { loadPyodide } from "pyodide"
import { scrypt } from "@noble/hashes/scrypt.js"
import { start } from "./src/runtime.ts"

const [stdlib, packages, course, file, ...rest] = process.argv.slice(2)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const before = performance.now()
const python = await start(
  loadPyodide,
  {
    indexURL: join(root, "node_modules", "pyodide"),
    stdLibURL: stdlib,
    env: { HOME: "/home/pyodide" },
    args: [file, ...rest],
  },
  [packages, course].map(async path => new Uint8Array(readFileSync(path))),
)
if (process.env.SETU_TIMES) console.error(`start ${(performance.now() - before).toFixed(0)} ms`)
python.registerJsModule("setu_js", {
  scrypt: (password, salt, N, r, p, dkLen) => scrypt(password.toJs(), salt.toJs(), { N, r, p, dkLen, maxmem: 2 ** 31 }),
})
python.FS.mkdirTree("/course")
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/course")
const globals = python.toPy({ __name__: "__main__", __file__: file })
try {
  await python.runPythonAsync(readFileSync(resolve(file), "utf-8"), { globals, filename: file })
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
