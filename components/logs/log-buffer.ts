import type { LogLineView } from '@/lib/contract/log'

import { stripAnsi } from './ansi'

/** A line with what searching needs, made once. */
export type BufferedLine = LogLineView & { plain: string }

export type LogBuffer = {
  lines: readonly BufferedLine[]
  /** Older lines exist on the server. */
  hasBefore: boolean
}

/** As many lines as a browser keeps; older ones are read again when someone scrolls up to them. */
export const CAPACITY = 50_000

export const EMPTY_BUFFER: LogBuffer = { lines: [], hasBefore: false }

/** Adds newer lines at the end. A line that is there already (a stream that began again) is not added twice. */
export function append(buffer: LogBuffer, news: readonly LogLineView[]): LogBuffer {
  const last = buffer.lines.at(-1)
  const fresh = last === undefined ? news : news.filter((line) => isAfter(line.id, last.id))
  if (fresh.length === 0) return buffer
  const lines = [...buffer.lines, ...fresh.map(toBuffered)]
  return lines.length > CAPACITY ? { lines: lines.slice(-CAPACITY), hasBefore: true } : { ...buffer, lines }
}

/** Adds older lines at the beginning. */
export function prepend(buffer: LogBuffer, olds: readonly LogLineView[], hasBefore: boolean): LogBuffer {
  const first = buffer.lines[0]
  const fresh = first === undefined ? olds : olds.filter((line) => isAfter(first.id, line.id))
  return { lines: [...fresh.map(toBuffered), ...buffer.lines], hasBefore }
}

/** The lines that contain every word of the search, in any case. */
export function search(lines: readonly BufferedLine[], text: string): readonly BufferedLine[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return lines
  return lines.filter(({ plain }) => {
    const line = plain.toLowerCase()
    return words.every((word) => line.includes(word))
  })
}

/** The log as a text file: exact time, then the line. */
export function toText(lines: readonly BufferedLine[]): string {
  return lines.map((line) => `${line.at} ${line.plain}\n`).join('')
}

/** Cursors are decimal numbers too large for a number. */
function isAfter(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length
}

function toBuffered(line: LogLineView): BufferedLine {
  return { ...line, plain: stripAnsi(line.text) }
}
