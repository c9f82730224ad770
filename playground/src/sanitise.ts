// HTML that a program made (a table of a data frame, say) as elements without any power: no
// script, no style, no address, no attribute but those of a table's shape.

const ALLOWED = new Set(
  "a b br caption code col colgroup div dd dl dt em h1 h2 h3 h4 hr i li ol p pre small span strong sub sup table tbody td tfoot th thead tr u ul".split(" "),
)
const GONE = new Set("audio button embed form frame frameset iframe input link math meta noscript object picture script select style svg template textarea title video".split(" "))
const SHAPE = ["colspan", "rowspan", "scope"]

export function sanitised(html: string): DocumentFragment {
  const whole = document.createDocumentFragment()
  copy(new DOMParser().parseFromString(html, "text/html").body, whole)
  return whole
}

function copy(from: Node, to: Node): void {
  for (const child of from.childNodes) {
    if (child instanceof Text) to.appendChild(document.createTextNode(child.data))
    if (!(child instanceof Element)) continue
    const name = child.localName
    if (GONE.has(name)) continue
    let target = to
    if (ALLOWED.has(name)) {
      const element = document.createElement(name)
      for (const each of SHAPE) {
        const value = child.getAttribute(each)
        if (value && /^[a-z0-9]{1,8}$/.test(value)) element.setAttribute(each, value)
      }
      target = to.appendChild(element)
    }
    copy(child, target)
  }
}
