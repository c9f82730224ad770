/** A figure in the digits that prose of the language is written with: Bangla has its own. */
export function digits(figure: string | number, language: string): string {
  const text = String(figure)
  return language === "bn" ? text.replace(/\d/g, digit => "০১২৩৪৫৬৭৮৯"[Number(digit)]!) : text
}
