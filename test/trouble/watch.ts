import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// How much of the machine something takes, looked at all the time; the largest counts.

const EVERY_MS = 250
const MIB = 1024 * 1024

export type Largest = { diskMib: number; memoryMib: number }

/** Follows the size of a folder and the memory of a process until the returned function is called. */
export function watchLargest(folder: string, pid: number): () => Largest {
  const largest: Largest = { diskMib: 0, memoryMib: 0 }
  const look = () => {
    largest.diskMib = Math.max(largest.diskMib, sizeMib(folder))
    largest.memoryMib = Math.max(largest.memoryMib, residentMib(pid))
  }
  look()
  const timer = setInterval(look, EVERY_MS)
  return () => {
    clearInterval(timer)
    look()
    return largest
  }
}

/** What a folder takes on its disk. What goes while it is looked at takes nothing. */
export function sizeMib(folder: string): number {
  return blocksBelow(folder) / MIB
}

function blocksBelow(path: string): number {
  try {
    const found = lstatSync(path)
    const below = found.isDirectory() ? readdirSync(path).map((name) => blocksBelow(join(path, name))) : []
    return below.reduce((sum, bytes) => sum + bytes, found.blocks * 512)
  } catch {
    return 0
  }
}

function residentMib(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
