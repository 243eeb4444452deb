import { stripVTControlCharacters } from 'node:util'

const KEPT = 200
const BOILERPLATE = /^(npm (error|ERR!)\s*$|npm (error|ERR!) (A complete log|Lifecycle script|code ELIFECYCLE|errno \d|path |command |workspace |location |in workspace)|.*\bELIFECYCLE\b.*Command failed|error Command failed with exit code|info Visit |.*debug-\d*\.log|\s*at .+:\d+:\d+\)?$|Node\.js v\d|[\s{}()[\];,^~─-]*$)/
const TELLING = /\b(error|failed|cannot|can't|could not|not found|missing|invalid|unexpected|unable|ENOENT|ERESOLVE|E[A-Z]{4,}|TS\d{4})\b/i

/** The end of a command's output, of which a failure message quotes the part that says most. */
export function lastLines() {
  const lines: string[] = []
  return {
    push(text: string): void {
      lines.push(text)
      if (lines.length > KEPT) lines.shift()
    },
    /** One or two lines that tell what went wrong; empty when there was no output. */
    telling(): string {
      const clean = lines.map((line) => stripVTControlCharacters(line).trim()).filter((line) => !BOILERPLATE.test(line))
      const tail = clean.slice(-40)
      const index = tail.findIndex((line) => TELLING.test(line))
      const chosen = index === -1 ? tail.slice(-1) : tail.slice(index, index + 2)
      return chosen.map((line) => line.replace(/^npm (error|ERR!) /, '').slice(0, 300)).join(' ')
    },
  }
}
