import { stripVTControlCharacters } from 'node:util'

const KEPT = 200
const BOILERPLATE = /^((npm (error|ERR!)\s*)?(A complete log|Lifecycle script|code E|errno |path |command |workspace |location |in workspace|syscall ).*|npm (error|ERR!)\s*|.*\bELIFECYCLE\b.*Command failed.*|error Command failed with exit code.*|info Visit .*|\s*at .+:\d+:\d+\)?|Node\.js v\d.*|[\s{}()[\];,^~│─-]*)$/
/** A line that is itself the error: `TypeError: …`, `src/a.ts(1,2): error TS2322: …`, `npm error 404 Not Found`. */
const NAMED = /(?:^|\s)(?:[A-Z]\w*Error|Error|error|ERROR)(?::\s*\S| TS\d+)|ERR_\w+|\bERESOLVE\b.*\w{5}|\bE404\b|^404 |: not found$/
const HINT = /\b(error|failed|cannot|can't|could not|not found|missing|invalid|unexpected|unable|ENOENT)\b/i

/** The end of a command's output, of which a failure message quotes the part that says most. */
export function lastLines() {
  const lines: string[] = []
  return {
    push(text: string): void {
      lines.push(text)
      if (lines.length > KEPT) lines.shift()
    },
    /** The line that tells what went wrong, with the next one where it only announces; empty when there was no output. */
    telling(): string {
      const clean = lines.map((line) => stripVTControlCharacters(line).trim()).filter((line) => !BOILERPLATE.test(line)).map((line) => line.replace(/^npm (error|ERR!) /, ''))
      const tail = clean.filter((line) => !/^npm (warn|WARN|notice)\b/.test(line) && !isSourceLine(line)).slice(-60)
      const named = tail.findIndex((line) => NAMED.test(line))
      const index = named === -1 ? tail.findIndex((line) => HINT.test(line)) : named
      const chosen = index === -1 ? tail.slice(-1) : tail.slice(index, index + (tail[index]!.endsWith(':') ? 2 : 1))
      return chosen.map((line) => line.slice(0, 300)).join(' ')
    },
  }
}

/** Node and bundlers print the code around an error before the error. */
function isSourceLine(line: string): boolean {
  return /^(>?\s*\d+\s*[|│]|throw\b)|\bthrow new \w*Error\(/.test(line)
}
