import { createHash } from 'node:crypto'
import { mkdirSync, readlinkSync, rmSync, symlinkSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { identify, isAlive, type ProcessIdentity } from '../../process/identity'

// One thing at a time per lock, whichever process asks.
//
// A lock is a symbolic link that leads nowhere: its text says who holds it. Making one is a single step that fails when it
// is there already, and takes no space on a disk that is full. Who ends without letting go has a pid and a start time
// that no living process has; then whoever comes next takes the link away. Only one may do that, or the second would
// take away the lock of the one that came after the first: so they take turns by a lock named after the dead holder,
// which is the same thing once more. A holder's text never comes twice, so a late one finds another text and does nothing.

type Holder = { identity: ProcessIdentity; text: string }

const SLOWEST_LOOK_MS = 100

let count = 0

/** Does the work while no other process, and nobody else in this one, holds the lock. */
export async function withFileLock<T>(path: string, signal: AbortSignal | null, work: () => Promise<T>): Promise<T> {
  await acquire(path, signal)
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

/** Whether a living process holds the lock now. */
export function isLocked(path: string): boolean {
  const holder = readHolder(path)
  return holder !== null && isAlive(holder.identity)
}

async function acquire(path: string, signal: AbortSignal | null): Promise<void> {
  const mine = newText()
  for (let round = 1; ; round++) {
    signal?.throwIfAborted()
    if (take(path, mine)) return
    const holder = readHolder(path)
    if (holder === null) continue
    if (isAlive(holder.identity)) await sleep(Math.min(round * 10, SLOWEST_LOOK_MS), undefined, { signal: signal ?? undefined })
    else await takeFromDead(path, holder, signal)
  }
}

async function takeFromDead(path: string, holder: Holder, signal: AbortSignal | null): Promise<void> {
  const turn = `${path}.${createHash('sha256').update(holder.text).digest('hex').slice(0, 16)}`
  await withFileLock(turn, signal, async () => {
    if (readHolder(path)?.text === holder.text) unlinkSync(path)
  })
}

function take(path: string, text: string): boolean {
  try {
    symlinkSync(text, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return false
  }
}

/** Short on purpose: up to sixty bytes lie in the link itself. */
function newText(): string {
  const self = identify(process.pid)
  return `${process.pid} ${(count++).toString(36)} ${self?.startTime ?? ''}`
}

function readHolder(path: string): Holder | null {
  try {
    const text = readlinkSync(path)
    const [pid = '', , ...startTime] = text.split(' ')
    return { identity: { pid: Number(pid), startTime: startTime.join(' ') }, text }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
