const ESC = String.fromCharCode(27)
const BEL = String.fromCharCode(7)
/** Colours and other terminal sequences. */
const ANSI = new RegExp(`${ESC}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\))`, 'g')

/** A text without its terminal sequences. */
export function stripAnsi(text: string): string {
  return text.includes(ESC) ? text.replace(ANSI, '') : text
}

/** A word between two changes of colour. */
const COLOURED = new RegExp(`${ESC}\\[[0-9;]{1,20}m( {0,8}[A-Za-z]{2,13} {0,8})${ESC}\\[[0-9;]{0,20}m`, 'g')
/** Only what stands before a message is of interest. */
const LONGEST = 600

/** Where words stand that have a colour of their own, in the text without its terminal sequences: there a logger says something, and not the message. */
export function colouredWords(text: string): ReadonlySet<number> {
  const places = new Set<number>()
  if (!text.includes(ESC)) return places
  const start = text.slice(0, LONGEST)
  for (const { index, 1: word } of start.matchAll(COLOURED)) places.add(stripAnsi(start.slice(0, index)).length + word!.search(/\S/))
  return places
}
