import { statSync } from 'node:fs'
import { constants, open, type FileHandle } from 'node:fs/promises'
import { relative } from 'node:path'

import type { Database } from '../db/connection'
import * as cursors from '../db/queries/engine/log-cursors'
import { append, type NewLine } from '../db/queries/engine/log-lines'
import { announce } from '../events/announce'
import type { LogFile } from '../provisioning/runtime/driver'
import { add, describeDropped, NOTHING_DROPPED, skipAhead, type Bounds, type Dropped } from './flood'
import { cutPiece } from './line/piece'
import { printedLines, type Printed, type ReadAt } from './line/store'
import type { Mask } from './mask'
import { MAX_LINE_BYTES } from './split-chunk'

// Moves what a workload has printed from its file into the database. Lines and the cursor are one transaction, with the
// cursor's row locked, so each line is stored exactly once, whoever reads and whenever it dies. One call takes a bounded
// time, however much there is.

/** Room for the longest line. */
const CHUNK_BYTES = 2 * MAX_LINE_BYTES
/** What is read of a file for each line that may be stored: few lines are longer, and what is not used is read again. */
const BYTES_A_LINE = 176
const TRUNCATE_AT_BYTES = 32 * 1024 * 1024
/** What prepares a deployment is read where its build is. */
const PREPARE = 'prepare'

export type Ingest = { db: Database['db']; dataDir: string; maskOf(deploymentId: string): Promise<Mask>; now(): Date }

export type IngestOptions = {
  /** Where this process believes the cursor is, or null to ask. */
  from: number | null
  /** Its process has ended, so a line without an end is complete. */
  final: boolean
  /** How much may wait to be stored; what is over it is dropped. */
  bounds: Bounds
  /** Only drop what is over the bounds; store nothing. */
  onlyBound: boolean
  /** Dropped before, and not yet said. */
  owed: Dropped
  /** How many lines are stored at once: many cost less each, and whoever is next waits for all of them. */
  mostLines: number
}

export type Progress = {
  /** Bytes stored; the next call begins here. */
  position: number
  more: boolean
  /** Dropped by this call. */
  dropped: Dropped
  /** Dropped, and not yet said. */
  owed: Dropped
}

/** Whether a file is as it was when all of it was stored. Synchronous: this is asked of every file all the time, and costs microseconds. */
export function isSettled(file: LogFile, position: number | undefined): boolean {
  const size = statSync(file.path, { throwIfNoEntry: false })?.size ?? 0
  return size === position && size < TRUNCATE_AT_BYTES
}

/** Stores the next lines of a file. */
export async function ingestFile(room: Ingest, file: LogFile, options: IngestOptions): Promise<Progress> {
  const nothing = { more: false, dropped: NOTHING_DROPPED, owed: options.owed }
  const handle = await openIfThere(file.path)
  if (!handle) return { ...nothing, position: 0 }
  try {
    const { size } = await handle.stat()
    const { from, onlyBound, bounds } = options
    if (onlyBound && from !== null && size - from <= bounds.mostBytes) return { ...nothing, position: from, more: true }
    const mask = await room.maskOf(file.deploymentId)
    return await room.db.transaction((tx) => store(room, { tx, handle, file, mask }, options))
  } finally {
    await handle.close()
  }
}

type Work = { tx: Parameters<typeof append>[0]; handle: FileHandle; file: LogFile; mask: Mask }

async function store(room: Ingest, { tx, handle, file, mask }: Work, options: IngestOptions): Promise<Progress> {
  const key = fileKey(room.dataDir, file.path)
  const stored = await cursors.lock(tx, key, file.serviceId)
  // Forgotten between the opening and the turn: its lines were stored before its end, and would be stored once more.
  if (stored === 0 && !(await isStillThere(handle, file.path))) {
    await cursors.remove(tx, key)
    return { position: 0, more: false, dropped: NOTHING_DROPPED, owed: options.owed }
  }
  // Asked only now: another worker may have stored more, or emptied the file, until the row was ours.
  const now = await handle.stat()
  // Smaller than what was read: it was emptied since, by us or by the app.
  const begin = stored > now.size ? 0 : stored
  const skipped = await skipAhead(handle, { begin, size: now.size, bounds: options.bounds })
  const { start, size } = skipped ?? { start: begin, size: now.size }
  const dropped = skipped?.dropped ?? NOTHING_DROPPED
  const owed = add(options.owed, dropped)
  if (options.onlyBound) {
    if (start !== stored) await cursors.move(tx, key, start)
    return { position: start, more: true, dropped, owed }
  }
  const readMs = room.now().getTime()
  const cut = async (mostBytes: number) => {
    const chunk = await readChunk(handle, start, Math.min(size, start + mostBytes))
    return cutPiece(chunk, { isLast: start + chunk.length >= size, isFinal: options.final, silentMs: Math.abs(readMs - now.mtimeMs), mostLines: options.mostLines })
  }
  const usual = await cut(Math.min(CHUNK_BYTES, options.mostLines * BYTES_A_LINE))
  const { lines, consumed } = usual.consumed > 0 || size === start ? usual : await cut(CHUNK_BYTES)
  const position = start + consumed
  if (lines.length > 0 || owed.bytes > 0) {
    await append(tx, file, rowsOf(file, { lines, owed }, { mask, readMs, beganMs: now.birthtimeMs }))
    await announce(tx, { kind: 'log', serviceId: file.serviceId })
  }
  const emptied = position >= TRUNCATE_AT_BYTES && position === size && (await emptyIfStill(handle, size))
  const after = emptied ? 0 : position
  if (after !== stored) await cursors.move(tx, key, after)
  return { position: after, more: consumed > 0 && position < size, dropped, owed: NOTHING_DROPPED }
}

function* rowsOf({ deploymentId, part, stream }: LogFile, { lines, owed }: { lines: readonly string[]; owed: Dropped }, read: ReadAt & { mask: Mask }): Generator<NewLine> {
  const about: Printed = part === PREPARE ? { deploymentId, kind: 'build', stream } : { deploymentId, kind: 'runtime', stream, part }
  if (owed.bytes > 0) yield { ...about, stream: 'platform', part: null, at: new Date(read.readMs), level: 'warn', text: describeDropped(owed), attributes: { droppedBytes: owed.bytes, droppedLines: owed.lines } }
  yield* printedLines(about, lines, read)
}

/** Name of a captured file in the database: its path below the data folder. */
export function fileKey(dataDir: string, path: string): string {
  return relative(dataDir, path)
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, constants.O_RDWR | constants.O_APPEND)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function isStillThere(handle: FileHandle, path: string): Promise<boolean> {
  return statSync(path, { throwIfNoEntry: false })?.ino === (await handle.stat()).ino
}

async function readChunk(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, end - start))
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start)
  return buffer.subarray(0, bytesRead)
}

/**
 * Empties a file that is stored to its last byte; its process appends, so it goes on at the new end. Before the cursor is
 * committed: should that fail, the cursor is beyond the end, which reads as emptied. What is printed between the look at
 * the size and the cut, some microseconds, is lost.
 */
async function emptyIfStill(handle: FileHandle, size: number): Promise<boolean> {
  if ((await handle.stat()).size !== size) return false
  await handle.truncate(0)
  return true
}
