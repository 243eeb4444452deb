import { open } from 'node:fs/promises'

import type { Database } from '../db/connection'
import * as cursors from '../db/queries/engine/log-cursors'
import { append, type NewLine } from '../db/queries/engine/log-lines'
import { announce } from '../events/announce'
import type { Journal, OutputEntry, ReadEntry } from './build-journal'
import { cutPiece } from './line/piece'
import { printedLine } from './line/store'
import type { Mask } from './mask'
import { MAX_LINE_BYTES } from './split-chunk'

// Moves what a build has said from its journal into the database. Lines and cursors are one transaction, with the journal's
// cursor locked, so each line is stored exactly once and in order, whoever reads and whenever it dies.

const CHUNK_BYTES = 2 * MAX_LINE_BYTES
const CHUNK_LINES = 8_000
const STREAMS = ['stdout', 'stderr'] as const

export type BuildIngest = {
  db: Database['db']
  environmentId: string
  serviceId: string
  deploymentId: string
  journal: Journal
  mask: Mask
  now(): Date
  /** The output that a command still writes to, asked again after each read: its files may be emptied meanwhile. */
  live(): OutputEntry | null
}

/** `readBytes`: how much of the present output is stored. */
export type BuildProgress = { more: boolean; output: OutputEntry | null; readBytes: number }

const NOTHING: BuildProgress = { more: false, output: null, readBytes: 0 }

/** Stores the next piece: some lines of ours, or some output of one command. */
export async function ingestBuild(room: BuildIngest): Promise<BuildProgress> {
  // Nothing was said yet, or all of it is stored and its files are gone.
  if (room.journal.size() === 0) return NOTHING
  return room.db.transaction(async (tx) => {
    const key = keyOf(room, 'journal')
    const entries = room.journal.read(await cursors.lock(tx, key, room.serviceId))
    const [first] = entries
    if (!first) return NOTHING
    if ('line' in first.entry) {
      const { lines, end } = leadingLines(room, entries)
      await store(tx, room, lines)
      await cursors.move(tx, key, end)
      return { more: true, output: null, readBytes: 0 }
    }
    const read = await readOutput(tx, room, first.entry, isCut(first.entry, entries))
    if (read === null) return { more: true, output: null, readBytes: 0 }
    await store(tx, room, read.lines)
    const isDone = read.isComplete && entries.length > 1
    if (isDone) await cursors.move(tx, key, first.end)
    return { more: isDone || read.more, output: first.entry, readBytes: read.readBytes }
  })
}

/** A piece begins with an output or ends before one, so that what follows an output is always seen with it. */
function leadingLines({ deploymentId }: BuildIngest, entries: readonly ReadEntry[]): { lines: NewLine[]; end: number } {
  const lines: NewLine[] = []
  let end = 0
  for (const { entry, end: after } of entries) {
    if (!('line' in entry)) break
    lines.push({ deploymentId, kind: 'build', stream: entry.stream, at: new Date(entry.at), text: entry.line })
    end = after
  }
  return { lines, end }
}

/** Its files were emptied before this part was read: a note, then the next part. */
function isCut({ output }: OutputEntry, entries: readonly ReadEntry[]): boolean {
  return entries.slice(1, 3).some(({ entry }) => 'output' in entry && entry.output === output)
}

type Read = { lines: NewLine[]; more: boolean; isComplete: boolean; readBytes: number }
type Tx = Parameters<Parameters<BuildIngest['db']['transaction']>[0]>[0]

/** Null when the files were emptied while they were read. */
async function readOutput(tx: Tx, room: BuildIngest, entry: OutputEntry, isGone: boolean): Promise<Read | null> {
  const read: Read = { lines: [], more: false, isComplete: true, readBytes: 0 }
  if (isGone) return read
  const isLive = isSame(room.live(), entry)
  for (const stream of STREAMS) {
    const key = keyOf(room, `${entry.output}.${stream}.${entry.part}`)
    const stored = await cursors.lock(tx, key, room.serviceId)
    const piece = await readPiece(room, room.journal.outputFile(entry.output, stream), { stored, isFinal: !isLive })
    if (isLive && !isSame(room.live(), entry) && room.live() !== null) return null
    const readMs = room.now().getTime()
    for (const text of piece.lines) read.lines.push(printedLine({ deploymentId: room.deploymentId, kind: 'build', stream }, text, { mask: room.mask, readMs, beganMs: null }))
    if (piece.position !== stored) await cursors.move(tx, key, piece.position)
    read.readBytes += piece.position
    read.more ||= piece.position < piece.size && piece.lines.length > 0
    read.isComplete &&= piece.position >= piece.size
  }
  return { ...read, isComplete: read.isComplete && !isLive }
}

async function readPiece({ now }: BuildIngest, file: string, { stored, isFinal }: { stored: number; isFinal: boolean }) {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!handle) return { lines: [], position: 0, size: 0 }
  try {
    const { size, mtimeMs } = await handle.stat()
    // Smaller than what was read: the program itself has begun it anew.
    const start = stored > size ? 0 : stored
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - start))
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, start)
    const { lines, consumed } = cutPiece(buffer.subarray(0, bytesRead), { isLast: start + bytesRead >= size, isFinal, silentMs: Math.abs(now().getTime() - mtimeMs), mostLines: CHUNK_LINES })
    return { lines, position: start + consumed, size }
  } finally {
    await handle.close()
  }
}

async function store(tx: Tx, { environmentId, serviceId }: BuildIngest, lines: readonly NewLine[]): Promise<void> {
  if (lines.length === 0) return
  await append(tx, { environmentId, serviceId }, lines)
  await announce(tx, { kind: 'log', serviceId })
}

function isSame(one: OutputEntry | null, other: OutputEntry): boolean {
  return one !== null && one.output === other.output && one.part === other.part
}

/** Below the build's folder, so that its cursors are found by its id. */
export function keyOf({ deploymentId }: Pick<BuildIngest, 'deploymentId'>, name: string): string {
  return `builds/${deploymentId}/log/${name}`
}
