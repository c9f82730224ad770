// A chapter as a zip that runs: the same tree as files/<id>.zip of the site.

import { strToU8, zipSync } from "fflate"

import { make } from "./dom"
import type { Files } from "./protocol"

/** Hands the reader `<id>.zip` with the files in a folder of that name. */
export function zip(id: string, files: Files): void {
  const packed = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [`${id}/${path}`, strToU8(text)])))
  const href = URL.createObjectURL(new Blob([packed as Uint8Array<ArrayBuffer>], { type: "application/zip" }))
  make("a", { href, download: `${id}.zip` }).click()
  setTimeout(() => URL.revokeObjectURL(href), 60_000)
}
