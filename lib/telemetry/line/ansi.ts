const ESC = String.fromCharCode(27)
const BEL = String.fromCharCode(7)
/** Colours and other terminal sequences. */
const ANSI = new RegExp(`${ESC}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\))`, 'g')

/** A text without its terminal sequences. */
export function stripAnsi(text: string): string {
  return text.includes(ESC) ? text.replace(ANSI, '') : text
}
