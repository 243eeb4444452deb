import { open, type FileHandle } from 'node:fs/promises'
import { relative } from 'node:path'

import type { Database } from '../db/connection'
import * as cursors from '../db/queries/engine/log-cursors'
import { append } from '../db/queries/engine/log-lines'
import { announce } from '../events/announce'
import type { LogFile } from '../provisioning/runtime/driver'
import type { Mask } from './mask'
import { MAX_LINE_BYTES, splitChunk } from './split-chunk'

// Moves what a workload has printed from its file into the database. Lines and the cursor are one transaction, with the
// cursor's row locked, so each line is stored exactly once, whoever reads and whenever it dies.

const CHUNK_BYTES = 2 * MAX_LINE_BYTES
/** A last line without its end is shown after this much silence. */
const PARTIAL_AFTER_MS = 1_000
const PREPARE = 'prepare'
const TRUNCATE_AT_BYTES = 32 * 1024 * 1024

export type Ingest = { db: Database['db']; dataDir: string; maskOf(deploymentId: string): Promise<Mask>; now(): Date }

export type Progress = { /** Bytes stored; the next call begins here. */ position: number; more: boolean }

/**
 * Stores the next lines of a file. `from`: where this process believes the cursor is, or null to ask. `final`: its process
 * has ended, so a line without an end is complete.
 */
export async function ingestFile(room: Ingest, file: LogFile, options: { from: number | null; final: boolean }): Promise<Progress> {
  const handle = await openIfThere(file.path)
  if (!handle) return { position: 0, more: false }
  try {
    const { size, mtimeMs } = await handle.stat()
    if (options.from === size && size < TRUNCATE_AT_BYTES) return { position: size, more: false }
    const all = options.final || room.now().getTime() - mtimeMs >= PARTIAL_AFTER_MS
    const mask = await room.maskOf(file.deploymentId)
    return await room.db.transaction(async (tx): Promise<Progress> => {
      const key = fileKey(room.dataDir, file.path)
      const stored = await cursors.lock(tx, key, file.serviceId)
      // Smaller than what was read: it was emptied since, by us or by the app.
      const start = stored > size ? 0 : stored
      const chunk = await readChunk(handle, start, size)
      const { lines, consumed } = splitChunk(chunk, all && start + chunk.length >= size)
      const position = start + consumed
      // What prepares a deployment is read where its build is.
      const kind = file.part === PREPARE ? 'build' : 'runtime'
      await append(tx, file.serviceId, lines.map((text) => ({ deploymentId: file.deploymentId, kind, stream: file.stream, part: file.part, at: room.now(), text: mask(text) })))
      if (lines.length > 0) await announce(tx, { kind: 'log', serviceId: file.serviceId })
      const emptied = position >= TRUNCATE_AT_BYTES && position === size && (await emptyIfStill(handle, size))
      if (emptied || position !== stored) await cursors.move(tx, key, emptied ? 0 : position)
      return { position: emptied ? 0 : position, more: consumed > 0 && position < size }
    })
  } finally {
    await handle.close()
  }
}

/** Name of a captured file in the database: its path below the data folder. */
export function fileKey(dataDir: string, path: string): string {
  return relative(dataDir, path)
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function readChunk(handle: FileHandle, start: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(0, size - start)))
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
