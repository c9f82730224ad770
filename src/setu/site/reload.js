// Only under `setu serve`: loads the page again once it was built anew.
{
  const { version } = document.currentScript.dataset
  const look = async () => {
    if (document.hidden) return
    // HEAD: the service worker keeps what is fetched with GET.
    const answer = await fetch("/setu-reload.js", { method: "HEAD" }).catch(() => null)
    if (answer?.ok && answer.headers.get("Setu-Version") !== version) location.reload()
  }
  setInterval(look, 500)
}
