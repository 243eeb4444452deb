// How text is compared: small and capital letters of ASCII are the same, as in `lower(… collate "C")` of the database, and terminal colours
// are not there. Whatever is changed here has to change in the migration of `log_words`.

/** Colours and links of terminals. */
const ANSI = new RegExp(String.raw`\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))`, 'g')

export function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** The text of a line as it reads. */
export function plainText(text: string): string {
  return text.includes('\u001b') ? text.replace(ANSI, '') : text
}

/** What words and phrases are looked for in: what the line says, and the line as printed. */
export function wordsOf({ message, text }: { message: string | null; text: string }): string {
  return fold(message === null ? plainText(text) : `${message}\n${plainText(text)}`)
}
