// Pyodide with the archive of packages in it: the same in the page's worker and in Node
// (playground/node.mjs), so only what both have.
import type { PyodideAPI, loadPyodide } from "pyodide"

const UNPACK = `
def unpack(packed):
    import json
    from compression import zstd
    plain = memoryview(zstd.decompress(packed.to_py()))
    start = 4 + int.from_bytes(plain[:4], "little")
    return json.loads(bytes(plain[4:start])), plain[start:]
unpack
`
const LIBRARY = "/lib/python3.14/site-packages"

/** Starts Python; `packed` may still be on its way: it is put in place when Python is up. */
export async function start(
  load: typeof loadPyodide, options: Parameters<typeof loadPyodide>[0], packed: Promise<Uint8Array>[], starts?: () => void,
): Promise<PyodideAPI> {
  const python = await load({ checkAPIVersion: false, ...options })
  const archives = await Promise.all(packed)
  starts?.()
  for (const archive of archives) unpack(python, archive)
  python.runPython("import importlib; importlib.invalidate_caches()")
  return python
}

/** Writes the files of an archive (made by compile.py) to where Python looks for modules. */
function unpack(python: PyodideAPI, packed: Uint8Array): void {
  const unpacker = python.runPython(UNPACK, { globals: python.toPy({}) })
  const answer = unpacker(packed)
  const [index, plain] = answer.toJs({ depth: 1 })
  const buffer = plain.getBuffer("u8")
  const files: [string, number][] = index.toJs()
  const made = new Set<string>()
  let at = 0
  for (const [name, size] of files) {
    const path = `${LIBRARY}/${name}`
    const folder = path.slice(0, path.lastIndexOf("/"))
    if (!made.has(folder)) { python.FS.mkdirTree(folder); made.add(folder) }
    python.FS.writeFile(path, buffer.data.slice(at, at + size), { canOwn: true })
    at += size
  }
  buffer.release()
  for (const proxy of [index, plain, answer, unpacker]) proxy.destroy()
}
