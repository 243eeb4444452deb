const LINES = 3
const CHARACTERS = 400

/** The beginning of a text: three lines at most, and no endless one. `isCut` when there is more. */
export function firstLines(text: string): { shown: string; isCut: boolean; lines: number } {
  const lines = text.replace(/\s+$/, '').split('\n')
  const head = lines.slice(0, LINES).join('\n')
  const shown = head.length > CHARACTERS ? `${head.slice(0, CHARACTERS)}…` : head
  return { shown, isCut: lines.length > LINES || head.length > CHARACTERS, lines: lines.length }
}
