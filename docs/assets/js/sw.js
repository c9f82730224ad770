// The service worker of the whole site, all languages: what was read once can be read again without
// a network. The build puts it at the site's root, so that its scope is the course.
"use strict"

const COURSE = "setu-course"
const PLAYGROUND = "setu-playground-"
// A page that was read before is shown from the cache when the network takes longer than this (ms).
const PATIENCE = 5000
const VERSIONS_KEPT = 2
const VERSIONED = /\?[0-9a-f]{8}$|\.[0-9a-f]{8}\.(?:min\.)?(?:js|css|woff2)$/
const SLOWLY_CHANGING = /\.(?:woff2|png|svg)$/

const { scope } = registration
const pathOf = url => url.slice(scope.length)
const folderOf = url => pathOf(url).match(/^(?:bn|hi)\//)?.[0] ?? ""
const playgroundOf = url => pathOf(url).match(/^assets\/playground\/([0-9a-f]{8,})\//)?.[1]
const whole = answer => answer.status === 200 && answer.type === "basic" && !answer.redirected
// `setu serve` asks for this: there a file changes while its address stays.
const mustAsk = answer => /no-cache|no-store/.test(answer.headers.get("Cache-Control") ?? "")

addEventListener("install", () => skipWaiting())
addEventListener("activate", event => {
  event.waitUntil(Promise.all([clients.claim(), registration.navigationPreload?.enable()]))
})

addEventListener("fetch", event => {
  const { request } = event
  if (request.method !== "GET" || !request.url.startsWith(scope) || request.headers.has("Range")) return
  event.respondWith(request.mode === "navigate" ? page(event) : file(event, request))
})

// "keep": what the first page loaded before there was a service worker, from the browser's own cache.
// "save": a part of the whole course, by addresses or by the address of a list of them; the answer
// says which could not be had.
addEventListener("message", event => {
  const { type, urls, list } = event.data
  const wanted = list ? listed(list) : Promise.resolve(urls)
  const saved = wanted.then(all => save(all, type === "keep" ? "force-cache" : "no-cache"))
  event.waitUntil(saved.then(missing => event.ports[0]?.postMessage(missing)))
})

// --- pages: the network first

async function page(event) {
  const cache = await caches.open(COURSE)
  const key = event.request.url.replace(/[?#].*/, "")
  const kept = await find(cache, key) ?? await find(cache, `${key}/`)
  const network = Promise.resolve(event.preloadResponse).then(early => early ?? fetch(event.request)).then(answer => {
    if (whole(answer)) event.waitUntil(keepPage(cache, key, answer.clone()))
    return answer
  })
  return await soon(event, network, kept) ?? offlinePage(cache, key)
}

async function keepPage(cache, key, answer) {
  await put(cache, key, answer)
  const offline = `${scope}${folderOf(key)}offline.html`
  if (!await cache.match(offline)) await cache.add(offline)
}

// The offline page stands at the address of the page that is missing: its links need a base.
async function offlinePage(cache, key) {
  const folders = [folderOf(key), "", "bn/", "hi/"].map(each => scope + each) // in another language, if need be
  const pages = await Promise.all(folders.map(each => cache.match(`${each}offline.html`)))
  const there = pages.find(Boolean)
  if (!there) return Response.error()
  const folder = folders[pages.indexOf(there)]
  const html = (await there.text()).replace("<head>", `<head><base href="${folder}">`)
  return new Response(html, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } })
}

// --- files

async function file(event, request) {
  const hash = playgroundOf(request.url)
  const cache = await caches.open(hash ? PLAYGROUND + hash : COURSE)
  const kept = await find(cache, request.url)
  const lasting = hash || VERSIONED.test(request.url)
  if (kept && lasting && !mustAsk(kept)) return kept
  const network = fetch(request).then(answer => {
    if (whole(answer)) event.waitUntil(keepFile(cache, request.url, answer.clone(), hash))
    return answer
  })
  if (kept && SLOWLY_CHANGING.test(request.url) && !mustAsk(kept)) {
    event.waitUntil(network.catch(() => {}))
    return kept
  }
  // An old page may want the earlier version of a file of which there is a newer one.
  const similar = lasting && !hash ? cache.match(request.url, { ignoreSearch: true }) : undefined
  return await soon(event, network, kept) ?? await similar ?? Response.error()
}

async function keepFile(cache, url, answer, hash) {
  await put(cache, url, answer)
  if (hash) return forgetOldPlaygrounds(hash)
  if (!VERSIONED.test(url)) return
  const versions = await cache.keys(url, { ignoreSearch: true })
  for (const old of versions.slice(0, -VERSIONS_KEPT)) await cache.delete(old)
}

// With one page open, and that one using `hash`, nobody needs the others any more.
async function forgetOldPlaygrounds(hash) {
  if ((await clients.matchAll({ includeUncontrolled: true })).length > 1) return
  for (const name of await caches.keys()) {
    if (name.startsWith(PLAYGROUND) && name !== PLAYGROUND + hash) await caches.delete(name)
  }
}

// --- both

const find = (cache, url) => cache.match(url, { ignoreVary: true })

// A full disk or a connection that breaks off must not hurt: then nothing is kept.
const put = (cache, url, answer) => cache.put(url, answer).catch(() => {})

/** The network's answer, or what is kept if that fails or is slow; nothing if there is neither. */
async function soon(event, network, kept) {
  const usable = network.then(answer => kept && answer.status >= 500 ? kept : answer, () => kept)
  event.waitUntil(usable)
  if (!kept) return usable
  return Promise.race([usable, new Promise(done => setTimeout(done, PATIENCE, kept))])
}

/** The address of a JSON list and those that it names, as seen from there. */
async function listed(list) {
  const names = await fetch(list).then(answer => answer.json()).catch(() => [])
  return [list, ...names.map(name => new URL(name, list).href)]
}

/** Fetch and keep `urls`, four at a time; gives those that could not be had. */
async function save(urls, mode) {
  const waiting = urls.filter(url => url.startsWith(scope))
  const missing = []
  const work = async () => {
    for (let url = waiting.shift(); url; url = waiting.shift()) {
      const hash = playgroundOf(url)
      const cache = await caches.open(hash ? PLAYGROUND + hash : COURSE)
      if ((hash || VERSIONED.test(url)) && await find(cache, url)) continue
      try {
        const answer = await fetch(url, { cache: mode })
        if (!whole(answer)) throw new Error(url)
        await cache.put(url, answer)
      } catch {
        missing.push(url)
      }
    }
  }
  await Promise.all([work(), work(), work(), work()])
  return missing
}
