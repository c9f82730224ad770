// Compiles Python files with Pyodide's own Python, so that the page need not: see archive.py.
//
//   node playground/compile.mjs JOB.json
//
// JOB: {name, pyodide: folder of the npm package, out: folder, files: {place in the archive: path},
// source: [places that stay source], stdlib: [beginnings of what is left out of it] or null}.
import { mkdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { loadPyodide } from "pyodide"

const job = JSON.parse(readFileSync(process.argv[2], "utf-8"))
// Only lines are kept of each place in a library: its frames are folded in what the reader sees.
const python = await loadPyodide({ indexURL: job.pyodide, env: { PYTHONNODEBUGRANGES: "1", HOME: "/home/pyodide" } })
mkdirSync(job.out, { recursive: true })
python.FS.mkdirTree("/out")
python.FS.mount(python.FS.filesystems.NODEFS, { root: job.out }, "/out")
python.FS.writeFile("/job.json", JSON.stringify(job))
python.FS.writeFile("/stdlib.zip", readFileSync(join(job.pyodide, "python_stdlib.zip")))
for (const [place, path] of Object.entries(job.files)) {
  python.FS.mkdirTree(dirname(`/packages/${place}`))
  python.FS.writeFile(`/packages/${place}`, readFileSync(path))
}
const script = join(dirname(fileURLToPath(import.meta.url)), "compile.py")
await python.runPythonAsync(readFileSync(script, "utf-8"), { filename: "compile.py" })
