import { durationWords } from '@/components/ui/time-words'
import type { LogLineView } from '@/lib/contract/log'

import { stripAnsi } from '../ansi'

/** No row shows more of a line than this; the rest is in its details. */
const ROW_CHARACTERS = 2_000
/** A line with more attributes than this is read as a whole, not as a table. */
const MOST_ATTRIBUTES = 300

/** `isPlain`: a text, a number or yes and no, which a filter can ask for. */
export type Attribute = { name: string; value: string; isPlain: boolean }
export type Request = { method: string; path: string; status: number; took: string | null }

export type RowWords = {
  /** The first line of what it says, with its colour codes. */
  head: string
  /** Line ends in it: of a stack trace, how many lines are folded. */
  folded: number
  /** What it is when it tells of a request. */
  request: Request | null
  /** Of a structured line, what it has besides the message. */
  attributes: readonly Attribute[]
}

/** What a row says of a line. */
export function rowWords(line: LogLineView): RowWords {
  const said = line.message ?? line.text
  const end = said.indexOf('\n')
  const request = requestOf(line)
  return {
    head: said.slice(0, Math.min(end < 0 ? said.length : end, ROW_CHARACTERS)),
    folded: end < 0 ? 0 : linesIn(said) - 1,
    request,
    attributes: request === null && line.message !== null ? attributesOf(line).slice(0, 8) : [],
  }
}

/** The attributes of a line, nested ones by the names that filters know them by. */
export function attributesOf({ attributes }: Pick<LogLineView, 'attributes'>): Attribute[] {
  const found: Attribute[] = []
  const walk = (value: unknown, name: string) => {
    if (found.length >= MOST_ATTRIBUTES) return
    if (value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0) {
      for (const [key, inner] of Object.entries(value)) walk(inner, name === '' ? key : `${name}.${key}`)
    } else found.push({ name, value: typeof value === 'string' ? value : JSON.stringify(value), isPlain: value !== null && typeof value !== 'object' })
  }
  if (attributes !== null) walk(attributes, '')
  return found
}

function requestOf({ kind, attributes }: LogLineView): Request | null {
  if (kind !== 'http' || attributes === null) return null
  const { method, path, status, durationMs } = attributes
  if (typeof method !== 'string' || typeof path !== 'string' || typeof status !== 'number') return null
  return { method, path, status, took: typeof durationMs === 'number' ? durationWords(durationMs) : null }
}

/** A line in words, for who hears it and for the clipboard of one line. */
export function spokenWords(line: LogLineView, serviceName: string | null): string {
  const { head, folded, request } = rowWords(line)
  const what = request === null ? stripAnsi(head).slice(0, 200) : `${request.method} ${request.path} ${request.status}`
  return [line.level, serviceName, what, folded > 0 ? `and ${folded} more ${folded === 1 ? 'line' : 'lines'}` : null].filter((part) => part !== null && part !== '').join(', ')
}

/** `12:31:07.042`, in the reader's own zone. */
export function rowTime(at: string): string {
  const time = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

/** `512 B`, `1.4 kB`, `1.0 MB`: how long a text is. */
export function sizeWords(characters: number): string {
  if (characters < 1_000) return `${characters} B`
  return characters < 1_000_000 ? `${(characters / 1_000).toFixed(1)} kB` : `${(characters / 1_000_000).toFixed(1)} MB`
}

function linesIn(text: string): number {
  let count = 1
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
