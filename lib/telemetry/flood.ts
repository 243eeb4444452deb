import type { FileHandle } from 'node:fs/promises'

// A program may print faster than lines can be stored. What waits to be stored is bounded: when it grows beyond that, all
// but its end is dropped and its room on the disk given back, and a line in the log says how much is missing.

/** How much may wait to be stored, and how much of its end is kept when it is more. */
export type Bounds = { mostBytes: number; keepBytes: number }

export const USUAL_BOUNDS: Bounds = { mostBytes: 64 * 1024 * 1024, keepBytes: 8 * 1024 * 1024 }
/** For a file that must be done with soon. */
export const TIGHT_BOUNDS: Bounds = { mostBytes: 256 * 1024, keepBytes: 256 * 1024 }

export type Dropped = { bytes: number; lines: number }

export const NOTHING_DROPPED: Dropped = { bytes: 0, lines: 0 }

export function add(a: Dropped, b: Dropped): Dropped {
  return { bytes: a.bytes + b.bytes, lines: a.lines + b.lines }
}

export function describeDropped({ bytes, lines }: Dropped): string {
  return `About ${lines.toLocaleString('en-US')} lines (${bytes.toLocaleString('en-US')} bytes) dropped: it prints faster than lines can be stored.`
}

const NEWLINE = 0x0a

export type Skip = { begin: number; size: number; bounds: Bounds }

/**
 * When more waits than may, drops all of it but its end. Its program appends, so the file can be emptied under it; the end is
 * then appended as well, by a handle that appends. Should the caller's transaction fail afterwards, its cursor is beyond
 * the end, which reads as emptied, or amid what is kept: then less is kept than was meant. Null when there is nothing to drop.
 */
export async function skipAhead(handle: FileHandle, { begin, size, bounds }: Skip): Promise<{ start: number; size: number; dropped: Dropped } | null> {
  if (size - begin <= bounds.mostBytes) return null
  const tail = Buffer.allocUnsafe(bounds.keepBytes)
  const { bytesRead } = await handle.read(tail, 0, tail.length, size - tail.length)
  const newlines = countNewlines(tail.subarray(0, bytesRead))
  const kept = fromLineStart(tail.subarray(0, bytesRead))
  const lost = (await handle.stat()).size - begin - kept.length
  await handle.truncate(0)
  await handle.appendFile(kept)
  return { start: 0, size: (await handle.stat()).size, dropped: { bytes: lost, lines: Math.round((lost * newlines) / Math.max(1, bytesRead)) } }
}

function fromLineStart(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.indexOf(NEWLINE) + 1)
}

function countNewlines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++
  return count
}
