// Only on the English home page: the first visit goes to the language of the browser, later ones to
// the language that the reader chose.
{
  const known = ["en", "bn", "hi"]
  let chosen = null
  try { chosen = localStorage.getItem("setu.language") } catch { chosen = "en" }
  if (!known.includes(chosen)) {
    chosen = navigator.languages.map(tag => tag.toLowerCase().split("-")[0]).find(tag => known.includes(tag)) ?? "en"
    localStorage.setItem("setu.language", chosen)
  }
  if (chosen !== "en") location.replace(`${chosen}/${location.hash}`)
}
