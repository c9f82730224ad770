/** An element with its properties and children: `make("p", { className: "x" }, "text")`. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

/** A button that does not send a form. */
export function button(text: string, press: () => unknown, className = ""): HTMLButtonElement {
  const made = make("button", { type: "button", className: `setu-button ${className}`.trim() }, text)
  made.addEventListener("click", () => void press())
  return made
}
