// Bundles the playground's scripts and styles: see src/setu/playground/build.py.
//
//   node playground/build.mjs OUT
//
// Writes the modules of the pages, worker.js and playground.css for the folder that never changes,
// and start.js, which names that folder. What only the whole build knows is left in
// the scripts as "@…@".
import { build } from "esbuild"
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const out = process.argv[2]
const { info } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve("pyodide/pyodide-lock.json")), "utf-8"))
const src = join(dirname(fileURLToPath(import.meta.url)), "src")
const common = {
  bundle: true,
  minify: true,
  legalComments: "none",
  target: ["chrome111", "firefox115", "safari16.4"],
  logLevel: "warning",
  absWorkingDir: src,
}
const styles = ["typed", "output", "editor", "tabs", "tables", "xray", "app", "alembic", "swagger", "lab", "exercise"]

await Promise.all([
  build({
    ...common,
    entryPoints: ["app", "lab", "exercise", "progress", "engine"].map(name => join(src, `${name}.ts`)),
    outdir: join(out, "whole"),
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
  }),
  build({
    ...common,
    entryPoints: [join(src, "worker.ts")],
    outdir: join(out, "whole"),
    format: "esm",
    external: ["./pyodide.mjs"],
    define: { SETU_SIZES: '"@sizes@"', SETU_LOCK: JSON.stringify(JSON.stringify({ info, packages: {} })) },
  }),
  build({
    ...common,
    stdin: { contents: styles.map(name => `@import "./${name}.css";`).join("\n"), loader: "css", resolveDir: src },
    outfile: join(out, "whole", "playground.css"),
  }),
  build({
    ...common,
    entryPoints: [join(src, "start.ts")],
    outfile: join(out, "start.js"),
    format: "iife",
    define: { SETU_FOLDER: '"@folder@"', SETU_MEGABYTES: '"@megabytes@"', SETU_WORDS: '"@words@"' },
  }),
])
