import type { Readable } from 'node:stream'

import type { SnapshotFormat } from '../../../domain/snapshot'
import type { Place } from '../recipe'

// How an engine that runs as a process of this machine is copied while it is written to, and how a volume is made of a copy.

/** A database that runs, or a fresh one that is to be filled. `temporary` is unused here. */
export type Running = Omit<Place, 'temporary'>

/** A copy on its way back. `contentBytes`: how many there are of it. */
export type Copied = { content: Readable; contentBytes: number; /** What says whose data it is; see folder.ts. */ mark: string }

export type EngineCopy = {
  format: SnapshotFormat
  /** All that it holds at one moment. Ends with an error when that could not be read. */
  copy(running: Running, signal: AbortSignal): Promise<Readable>
  /** Reads everything in a database that was restored on trial. Answers what was found, as a sentence; throws when it cannot be read. */
  prove(running: Running, signal: AbortSignal): Promise<string>
  restore:
    /** The copy as the content of a volume: an archive of files with which a server starts. */
    | { by: 'files'; toVolume(copied: Copied): Readable }
    /** A fresh server reads the copy in; resolves when it has. */
    | { by: 'server'; load(running: Running, content: Readable, signal: AbortSignal): Promise<void> }
}

/** `3 tables with 1,200 rows were read.` */
export function foundWords(tables: number, rows: number): string {
  const count = (n: number, noun: string) => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`
  return `${count(tables, 'table')} with ${count(rows, 'row')} ${tables === 1 ? 'was' : 'were'} read.`
}

/** `7 keys were read.` */
export function keysFound(count: number): string {
  return count === 1 ? '1 key was read.' : `${count.toLocaleString('en')} keys were read.`
}

/** The place of a name in the volume of a database; see folder.ts. */
export function inData(name: string): string {
  return name === '' ? 'data' : `data/${name}`
}
