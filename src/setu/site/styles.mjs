// node styles.mjs MATERIAL.css OWN.css CONTENT…: one style sheet on stdout, Material's without what
// no page and no script names.
import { readFileSync } from "node:fs"
import { transformSync } from "esbuild"
import { PurgeCSS } from "purgecss"

const [material, own, ...content] = process.argv.slice(2)
const [{ css }] = await new PurgeCSS().purge({
  content,
  css: [{ raw: readFileSync(material, "utf-8") }],
  keyframes: true,
  variables: true,
  // Material's scripts name also what the course does not switch on.
  blocklist: [/^md-(annotation|consent|feedback|source|tags?|tooltip2?|version)(__|--|$)/],
  // The playground colours code that is not on the page yet; Material puts this name together.
  safelist: { greedy: [/highlight/, /tabbed-control/] },
})
process.stdout.write(transformSync(css + readFileSync(own, "utf-8"), { loader: "css", minify: true }).code)
