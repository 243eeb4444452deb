// A file is read in the web process, where others wait meanwhile: nothing that people write comes near these.

/** Of a text. */
export const LONGEST = 256 * 1024
const MOST_LINES = 20_000
const DEEPEST = 200
/** Lists of lists on one line. */
const STAIRS = /^[ \t]*(?:[-?:][ \t]+){50}/m

export const MOST_SERVICES = 100

/** Why a text is not even looked at, as a sentence; null when it is. */
export function sizeComplaint(text: string): string | null {
  if (text.length > LONGEST) return `The file is longer than ${LONGEST / 1024} KB.`
  if (text.trim() === '') return 'The file is empty.'
  let lines = 1
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 10) lines++
    else if (code === 91 || code === 123) depth++
    else if ((code === 93 || code === 125) && depth > 0) depth--
    if (depth > DEEPEST) return 'The file is nested too deeply to be read.'
  }
  if (lines > MOST_LINES) return `The file has more than ${MOST_LINES.toLocaleString('en')} lines.`
  return STAIRS.test(text) ? 'The file is nested too deeply to be read.' : null
}
