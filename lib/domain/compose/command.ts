import { formatCommandLine, parseCommandLine } from '../command-line'
import { shown, tell, textsOf, type Entries, type Findings } from './value'
import { splitWords } from './words'

const LONGEST = 2000

/** The words of `command` or `entrypoint`; null where the file says nothing that can be kept. */
export function wordsIn(findings: Findings, entries: Entries, name: string): string[] | null {
  const entry = entries.get(name)
  if (!entry || entry.value.kind === 'nothing') return null
  const texts = textsOf(findings, entry.value, name)
  const words = entry.value.kind === 'text' ? splitWords(entry.value.text) : texts
  if (texts === null) return null
  if (words === null) {
    tell(findings, entry.at, `Its ${name} is left out: it has an opening quote without a closing one.`)
    return null
  }
  if (words.length > 0) return words
  tell(findings, entry.at, `Its empty ${name} is left out: that of its image is used.`)
  return null
}

/** The same as one line, as settings have it. */
export function lineIn(findings: Findings, entries: Entries, name: string): string | null {
  const words = wordsIn(findings, entries, name)
  if (words === null) return null
  const line = formatCommandLine(words)
  const parsed = parseCommandLine(line)
  if (parsed.ok && line.length <= LONGEST) return line
  tell(findings, entries.get(name)!.at, `Its ${name} ${shown(line)} is left out${parsed.ok ? `: it is longer than ${LONGEST} characters.` : `. ${parsed.message}`}`)
  return null
}
