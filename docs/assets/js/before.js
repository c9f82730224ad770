// Material fetches the whole search index on every page. Ask for it only when the reader turns to
// the search box, or comes from it (?h=).
{
  const { open, send } = XMLHttpRequest.prototype
  const wanted = new Promise(go => {
    if (/[?&](q|h)=/.test(location.search)) return go()
    const touched = event => {
      if (event.target instanceof Element && event.target.closest(".md-search, [for=__search]")) go()
    }
    addEventListener("focusin", touched)
    addEventListener("pointerdown", touched)
  })
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.isSearchIndex = String(url).includes("search/search_index.json")
    return open.call(this, method, url, ...rest)
  }
  XMLHttpRequest.prototype.send = function (...body) {
    if (this.isSearchIndex) wanted.then(() => send.apply(this, body))
    else send.apply(this, body)
  }
}
