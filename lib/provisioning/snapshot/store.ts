import type { Readable } from 'node:stream'

/** Where the bytes of snapshots are kept, by the snapshot's id. Every call is safe to repeat. */
export type SnapshotStore = {
  /** All of it is there, or nothing is. What was kept under the same id before is replaced. */
  write(id: string, content: AsyncIterable<Buffer>, signal: AbortSignal): Promise<void>
  /** Throws `not_found` when there is none. */
  read(id: string, signal: AbortSignal): Promise<Readable>
  /** Null when there is none. */
  sizeBytes(id: string, signal: AbortSignal): Promise<number | null>
  /** Absent is success. */
  remove(id: string, signal: AbortSignal): Promise<void>
}
