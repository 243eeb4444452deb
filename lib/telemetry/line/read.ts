import { colouredWords, stripAnsi } from './ansi'
import { readPrefix } from './prefix'
import { readJson, readLogfmt, type Reading } from './structured'

const MOST_STRUCTURED = 1_100_000

/**
 * What a line says of itself: level, message, attributes and time. Of a joined trace, its first line says it. Never throws,
 * whatever was printed. Pure.
 */
export function readLine(text: string): Reading {
  const bare = stripAnsi(text)
  const line = bare.trim()
  if (line.startsWith('{') && line.length <= MOST_STRUCTURED) {
    const found = readJson(line)
    if (found) return found
  }
  const end = line.indexOf('\n')
  const first = end === -1 ? line : line.slice(0, end)
  const fields = readLogfmt(first)
  if (fields) return fields
  const indent = bare.length - bare.trimStart().length
  const { level, at, length } = readPrefix(first, new Set([...colouredWords(text)].map((place) => place - indent)))
  if (length === 0) return { level, at, message: null, attributes: null }
  const rest = line.slice(length)
  // Fields after a time, as collectors of logs put it.
  const inner = readJson(rest) ?? readLogfmt(rest)
  if (inner && inner.level !== null) return { ...inner, at: inner.at ?? at }
  return { level, at, message: rest, attributes: inner?.attributes ?? null }
}
