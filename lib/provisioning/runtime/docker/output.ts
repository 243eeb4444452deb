import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable } from 'node:stream'

import { z } from 'zod'

import { frameSplitter, type Frame } from '../../docker/frames'
import { withFileLock } from '../record/file-lock'
import { writeAtomically } from '../record/write-atomically'
import { absentAsNull, inspect } from './containers'
import { resumeAfter, type Message } from './resume'
import type { Room } from './room'
import { runFolder, type RunFolder } from './state'

// What a container prints, from the engine into the files of its workload.
//
// The engine gives every message a time and plays them again from a time on, always the same and in the same order. A cursor
// says for each stream the time of the last message that is written down and how many had that very time. What is appended to a file before
// its cursor could be moved is known by the size of the file, and not appended a second time. One at a time writes
// for a workload, by a lock that it holds for as long as it reads: whoever else wants to, waits for its turn.

const Position = z.object({ /** As the engine writes it; empty before the first message. */ at: z.string(), /** Messages of that time. */ count: z.number().int(), /** Of the file, after them. */ size: z.number().int() })
const Cursor = z.object({ container: z.string(), stdout: Position, stderr: Position, /** The container has ended, and this is all of it. */ complete: z.boolean() })
type Cursor = z.infer<typeof Cursor>

export type Follower = { container: string; close(): Promise<void> }

/** Played again from so long before the cursor: the streams overtake each other a little, and clocks are set back. */
const BEFORE_S = 600
/** What is played again comes at once; a position that has not come after this long is no longer there. */
const HOLD_MS = 2_000
const PAUSE_MS = 500

/** Sees to it that the output of a container is written down while it runs. Repeated: no-op. */
export function ensureFollower(room: Room, name: string, container: string): void {
  const present = room.followers.get(name)
  if (room.closing.aborted || present?.container === container) return
  void present?.close()
  const closing = new AbortController()
  const signal = AbortSignal.any([closing.signal, room.closing])
  const following = follow(room, { name, container }, signal).catch((cause: unknown) => {
    if (!signal.aborted) room.log.warn({ workload: name, cause }, 'output of a workload can no longer be followed')
  })
  const follower = { container, close: () => (closing.abort(), following) }
  room.followers.set(name, follower)
  void following.then(() => void (room.followers.get(name) === follower && room.followers.delete(name)))
}

export async function dropFollower(room: Room, name: string): Promise<void> {
  await room.followers.get(name)?.close()
}

/** Whether everything that a container has printed is written down. */
export function isComplete(room: Room, name: string, container: string): boolean {
  const cursor = readCursor(runFolder(room.folder, name))
  return cursor?.container === container && cursor.complete
}

/** Writes down what is left of a container that has ended. */
export async function catchUp(room: Room, run: Run, signal: AbortSignal): Promise<void> {
  if (isComplete(room, run.name, run.container)) return
  const folder = runFolder(room.folder, run.name)
  // Whoever follows it comes to its end as well, and then lets go.
  await withFileLock(folder.outputLock, signal, () => copy(room, { ...run, follow: false }, signal))
}

type Run = { name: string; container: string }

async function follow(room: Room, run: Run, signal: AbortSignal): Promise<void> {
  const folder = runFolder(room.folder, run.name)
  for (;;) {
    try {
      await withFileLock(folder.outputLock, signal, async () => {
        await copy(room, { ...run, follow: true }, signal)
        // An engine that is followed may leave out the last lines; asked once more, it has them.
        await copy(room, { ...run, follow: false }, signal)
      })
      if (isComplete(room, run.name, run.container) || (await inspect(room, run.container, signal)) === null) return
    } catch (cause) {
      if (signal.aborted) return
      room.log.debug({ workload: run.name, cause }, 'the output of a workload broke off, will go on from there')
    }
    await sleep(PAUSE_MS, undefined, { signal, ref: false }).catch(() => undefined)
    if (signal.aborted) return
  }
}

/** Appends all messages after the cursor until the stream ends: with the container, or with what there is by now. */
async function copy(room: Room, { name, container, follow: following }: Run & { follow: boolean }, signal: AbortSignal): Promise<void> {
  const folder = runFolder(room.folder, name)
  if (!existsSync(folder.path)) return
  const cursor = beginAt(folder, container)
  if (cursor.complete) return
  // Asked before its output: what ended before has printed all it ever will.
  const ended = await hasEnded(room, container, signal)
  const query = { stdout: true, stderr: true, timestamps: true, follow: following && !ended, since: sinceOf(cursor) }
  const body = await absentAsNull(room.api.stream({ method: 'GET', path: `/containers/${container}/logs`, query, signal }))
  if (body) await append(folder, cursor, body)
  if (ended && existsSync(folder.path)) writeCursor(folder, { ...cursor, complete: true })
}

async function hasEnded(room: Room, container: string, signal: AbortSignal): Promise<boolean> {
  const found = await inspect(room, container, signal)
  return found === null || (!found.State.Running && found.State.Status !== 'created') || (found?.State.Error ?? '') !== ''
}

async function append(folder: RunFolder, cursor: Cursor, body: Readable): Promise<void> {
  const streams = { stdout: writer(folder, cursor, 'stdout'), stderr: writer(folder, cursor, 'stderr') }
  const split = frameSplitter()
  const flush = () => {
    if (!existsSync(folder.path)) return
    streams.stdout.flush()
    streams.stderr.flush()
    writeCursor(folder, cursor)
  }
  const giveUp = (heldMs: number) => {
    if ([streams.stdout.release(heldMs), streams.stderr.release(heldMs)].includes(true)) flush()
  }
  const timer = setInterval(() => giveUp(HOLD_MS), HOLD_MS)
  timer.unref()
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const frames = split(chunk)
      for (const frame of frames) streams[frame.stream].take(frame)
      if (frames.length > 0) flush()
    }
    giveUp(0)
  } finally {
    clearInterval(timer)
  }
}

/** Moves the cursor of one stream as it appends to its file. */
function writer(folder: RunFolder, cursor: Cursor, stream: Frame['stream']) {
  const position = cursor[stream]
  const resumed = resumeAfter({ at: position.at, count: position.count })
  // Appended by somebody who could not move the cursor any more: the same bytes come again now.
  let known = Math.max(0, sizeOf(folder[stream]) - position.size)
  let pending: Buffer[] = []
  const add = ({ at, text }: Message) => {
    position.count = at === position.at ? position.count + 1 : 1
    position.at = at
    pending.push(text.subarray(Math.min(known, text.length)))
    known = Math.max(0, known - text.length)
  }
  return {
    take({ bytes }: Frame) {
      const end = bytes.indexOf(0x20)
      resumed.take({ at: bytes.toString('latin1', 0, end), text: bytes.subarray(end + 1) }).forEach(add)
    },
    /** Waits no more for a position that has not come for so long. Answers whether there is more to write. */
    release(heldMs: number): boolean {
      const since = resumed.heldSince()
      if (since === null || performance.now() - since < heldMs) return false
      resumed.release().forEach(add)
      return true
    },
    flush() {
      const bytes = Buffer.concat(pending)
      pending = []
      if (bytes.length > 0) appendFileSync(folder[stream], bytes, { mode: 0o600 })
      position.size = sizeOf(folder[stream]) - known
    },
  }
}

/** Where to go on; another container begins anew, after what the former one has printed. */
function beginAt(folder: RunFolder, container: string): Cursor {
  const stored = readCursor(folder)
  if (stored?.container === container) return stored
  const anew = (file: string) => ({ at: '', count: 0, size: sizeOf(file) })
  const cursor = { container, stdout: anew(folder.stdout), stderr: anew(folder.stderr), complete: false }
  writeCursor(folder, cursor)
  return cursor
}

function sinceOf({ stdout, stderr }: Cursor): number {
  const last = stdout.at > stderr.at ? stdout.at : stderr.at
  return last === '' ? 0 : Math.max(0, Math.floor(Date.parse(last) / 1000) - BEFORE_S)
}

function readCursor(folder: RunFolder): Cursor | null {
  try {
    return Cursor.parse(JSON.parse(readFileSync(folder.output, 'utf8')))
  } catch {
    return null
  }
}

function writeCursor(folder: RunFolder, cursor: Cursor): void {
  writeAtomically(folder.output, JSON.stringify(cursor))
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
