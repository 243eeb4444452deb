import { appendFileSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

// What a build has said, on disk, in order, until it is stored. A file `journal` of entries, one per line: either a line of
// ours, or that a command began whose output is in files of its own. An entry after an output means that its command has
// ended, or that its files were emptied because nobody came to read them: then the same number comes again with the
// next part, which begins at the start of the files.

const Entry = z.union([
  z.object({ line: z.string(), stream: z.enum(['stdout', 'stderr', 'platform']), at: z.number() }),
  z.object({ output: z.number(), part: z.number() }),
])
export type Entry = z.infer<typeof Entry>
export type LineEntry = Extract<Entry, { line: string }>
export type OutputEntry = Extract<Entry, { output: number }>
export type ReadEntry = { entry: Entry; /** Bytes of the journal up to and with it. */ end: number }

const STREAMS = ['stdout', 'stderr'] as const
const READ_BYTES = 1024 * 1024

export type Journal = {
  /** Adds entries by one write, so that either all or none of them are seen. */
  append(entries: readonly Entry[]): void
  /** The next complete entries after a position. What is damaged is passed over. */
  read(position: number): ReadEntry[]
  size(): number
  outputFile(output: number, stream: (typeof STREAMS)[number]): string
  /** Bytes in the files of an output. */
  outputSize(output: number): number
  /** Empties the files of an output; its command goes on at their start. */
  empty(output: number): void
  /** A number that no output has had yet. */
  nextOutput(): number
}

/** Opens the journal of a folder, or goes on with the one that is there. */
export function openJournal(folder: string): Journal {
  const file = join(folder, 'journal')
  makeFolder(folder)
  // Whoever wrote before may have died in the middle of a line.
  if (existsSync(file) && !readFileSync(file, 'utf8').endsWith('\n') && statSync(file).size > 0) appendFileSync(file, '\n')
  const outputFile: Journal['outputFile'] = (output, stream) => join(folder, `${output}.${stream}`)
  return {
    append: (entries) => appendWhole(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
    read: (position) => parse(readFrom(file, position), position),
    size: () => sizeOf(file),
    outputFile,
    outputSize: (output) => STREAMS.reduce((sum, stream) => sum + sizeOf(outputFile(output, stream)), 0),
    empty: (output) => STREAMS.forEach((stream) => existsSync(outputFile(output, stream)) && truncateSync(outputFile(output, stream), 0)),
    nextOutput: () => 1 + Math.max(0, ...readdirSync(folder).map((name) => Number(/^(\d+)\.std(?:out|err)$/.exec(name)?.[1] ?? 0))),
  }
}

/** Without a folder, on a full disk, what is said goes straight into the database. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch {
    // Whoever needs it finds out, and says so.
  }
}

/** On a full disk a part may have been written: it would damage what comes next. */
function appendWhole(file: string, text: string): void {
  const before = sizeOf(file)
  try {
    appendFileSync(file, text, { mode: 0o600 })
  } catch (error) {
    if (sizeOf(file) > before) truncateSync(file, before)
    throw error
  }
}

function parse(bytes: Buffer, position: number): ReadEntry[] {
  const found: ReadEntry[] = []
  for (let start = 0, end = bytes.indexOf(0x0a); end !== -1; start = end + 1, end = bytes.indexOf(0x0a, start)) {
    const entry = Entry.safeParse(parseJson(bytes.toString('utf8', start, end)))
    if (entry.success) found.push({ entry: entry.data, end: position + end + 1 })
  }
  return found
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function readFrom(file: string, position: number): Buffer {
  if (!existsSync(file)) return Buffer.alloc(0)
  const handle = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(READ_BYTES)
    return buffer.subarray(0, readSync(handle, buffer, 0, READ_BYTES, position))
  } finally {
    closeSync(handle)
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
