// Pages that were opened as files: a worker cannot be loaded from one, so the search gets its code as
// text. That running code needs the little server is said by the playground's own start.js.
if (location.protocol === "file:") {
  const FromAddress = Worker
  window.Worker = function (address, options) {
    const search = String(address).includes("search-worker.js")
    return new FromAddress(search ? URL.createObjectURL(new Blob([SEARCH_WORKER])) : address, options)
  }
}
