import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { Database } from '../db/connection'
import { append } from '../db/queries/engine/log-lines'
import { announce } from '../events/announce'
import type { Log } from '../log'
import type { Seal } from '../secrets/seal'
import { openJournal, type Entry, type Journal, type LineEntry, type OutputEntry } from './build-journal'
import { ingestBuild } from './ingest-build'
import { makeMask, MASKED, type Mask } from './mask'
import { clean, cutText } from './split-chunk'

// The log of one build. What it says is written to disk first and moved into the database from there, at most a moment
// later: a worker that dies loses nothing, and neither does a database that is away. Whoever goes on with the build opens
// the same folder, and first stores what is left.
//
// A build that prints faster than the database stores fills neither the disk nor the memory: what nobody came to read
// is given up, and a line says how much.

const TICK_MS = 100
/** What waits to be stored at most, of one command: of short lines, hundreds of thousands, which take PostgreSQL half a minute. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024
/** Files are emptied from this size on when all of it is stored. */
const EMPTY_AT_BYTES = 32 * 1024 * 1024
/** And from this one on in any case. */
const MAX_FILE_BYTES = 128 * 1024 * 1024
const MAX_JOURNAL_BYTES = 16 * 1024 * 1024
/** Of a line of ours: the journal is read in pieces, and each entry fits into one. */
const MAX_LINE_LENGTH = 100_000
const MAX_HELD = 1_000
const MIB = 1024 * 1024

export type BuildLog = {
  line(stream: 'stdout' | 'stderr' | 'platform', text: string): void
  /** Files for the output of the command that runs next. Lines of ours that come before it is closed are shown after it. */
  capture(): { stdout: string; stderr: string; close(): void }
  /** From now on these values are hidden too, also by whoever goes on after us. */
  hide(secrets: readonly string[]): void
  /** Stores what is left, for as long as `withinMs`. False when some of it had to stay on disk. Never throws. */
  close(withinMs?: number): Promise<boolean>
}

export type BuildLogOptions = { db: Database['db']; log: Log; seal: Seal; now(): Date; environmentId: string; serviceId: string; deploymentId: string; /** On the disk of the build; stays until everything is stored. */ folder: string }

/** Opens the log of a deployment's build, or goes on with it. */
export function openBuildLog(options: BuildLogOptions): BuildLog {
  const { log, now, deploymentId } = options
  const journal = openJournal(options.folder)
  const secrets = openSecrets(options)
  const held = heldLines(journal)
  let live: OutputEntry | null = null
  let stored: { output: OutputEntry | null; bytes: number } = { output: null, bytes: 0 }
  let working: Promise<boolean> | null = null
  let isAway = false

  const bound = () => {
    if (!live) return
    const size = journal.outputSize(live.output)
    const waiting = size - (isSame(stored.output, live) ? stored.bytes : 0)
    const isAllStored = size >= EMPTY_AT_BYTES && waiting <= 0
    if (!isAllStored && waiting <= MAX_WAITING_BYTES && size <= MAX_FILE_BYTES) return
    const next = { output: live.output, part: live.part + 1 }
    const note: Entry[] = waiting <= 0 ? [] : [{ line: `${Math.ceil(waiting / MIB)} MiB of output dropped: the build prints faster than it can be stored.`, stream: 'platform', at: now().getTime() }]
    if (giveUp(journal, [...note, next], next.output)) live = next
  }
  const storeAll = async (): Promise<boolean> => {
    try {
      held.write()
      for (;;) {
        const { more, output, readBytes } = await ingestBuild({ ...options, journal, mask: secrets.mask(), live: () => live })
        stored = { output, bytes: readBytes }
        if (!more) break
      }
      isAway = false
      if (live === null) await held.store((lines) => storeDirectly(options, lines))
      return held.isEmpty()
    } catch (cause) {
      if (!isAway) log.warn({ deployment: deploymentId, cause }, 'lines of a build log could not be stored, will try again')
      isAway = true
      return false
    }
  }
  const tick = () => {
    bound()
    working ??= storeAll().finally(() => (working = null))
    return working
  }
  const timer = setInterval(() => void tick(), TICK_MS)

  return {
    line(stream, text) {
      const line = clean(secrets.mask()(cutText(text, MAX_LINE_LENGTH)))
      if (journal.size() < MAX_JOURNAL_BYTES) held.add({ line, stream, at: now().getTime() }, live !== null)
    },
    capture() {
      held.write()
      const begun = { output: journal.nextOutput(), part: 0 }
      journal.append([begun])
      live = begun
      return {
        stdout: journal.outputFile(begun.output, 'stdout'),
        stderr: journal.outputFile(begun.output, 'stderr'),
        close() {
          live = null
          held.write()
        },
      }
    },
    hide: secrets.add,
    async close(withinMs = 15_000) {
      live = null
      clearInterval(timer)
      const until = performance.now() + withinMs
      const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), withinMs).unref())
      // The round at work may have begun before the last line was there.
      await Promise.race([working, late])
      while (!(await Promise.race([storeAll(), late]))) {
        if (performance.now() >= until) return false
        await new Promise((resolve) => setTimeout(resolve, TICK_MS))
      }
      return true
    },
  }
}

/** Lines of ours that wait to be written: for the end of a command, or for room on the disk. */
function heldLines(journal: Journal) {
  let lines: LineEntry[] = []
  const write = () => {
    if (lines.length === 0) return
    try {
      journal.append(lines)
      lines = []
    } catch {
      // The disk is full, as a rule. The newest lines say why, so the oldest go.
      lines = lines.slice(-MAX_HELD)
    }
  }
  return {
    add(entry: LineEntry, isToWait: boolean) {
      lines.push(entry)
      if (!isToWait || lines.length > MAX_HELD) write()
    },
    write,
    /** What could not be written, when all that was is stored. */
    async store(work: (lines: readonly LineEntry[]) => Promise<void>) {
      write()
      const taken = new Set(lines)
      if (taken.size === 0) return
      await work([...taken])
      // More may have come meanwhile.
      lines = lines.filter((line) => !taken.has(line))
    },
    isEmpty: () => lines.length === 0,
  }
}

/** The values to hide, and a sealed copy of them beside the log for whoever goes on with it. */
function openSecrets({ seal, folder, deploymentId }: BuildLogOptions) {
  const file = join(folder, 'secrets')
  const context = `build-log:${deploymentId}`
  const values = new Set<string>()
  let mask: Mask = (text) => text
  if (existsSync(file)) {
    try {
      for (const value of JSON.parse(seal.open(readFileSync(file, 'utf8'), context)) as string[]) values.add(value)
      mask = makeMask(values)
    } catch {
      // Half a file, or another key: then nothing that was printed can be shown.
      mask = () => MASKED
    }
  }
  return {
    mask: () => mask,
    add(secrets: readonly string[]) {
      for (const value of secrets) values.add(value)
      mask = makeMask(values)
      if (values.size > 0) writeFileSync(file, seal.seal(JSON.stringify([...values]), context), { mode: 0o600 })
    },
  }
}

/** Empties the files of an output after saying so, or before when there is no room to say it. False when it could not be said. */
function giveUp(journal: Journal, entries: readonly Entry[], output: number): boolean {
  const say = () => {
    try {
      journal.append(entries)
      return true
    } catch {
      return false
    }
  }
  const isSaid = say()
  journal.empty(output)
  return isSaid || say()
}

async function storeDirectly({ db, environmentId, serviceId, deploymentId }: BuildLogOptions, lines: readonly LineEntry[]): Promise<void> {
  await db.transaction(async (tx) => {
    await append(tx, { environmentId, serviceId }, lines.map(({ line, stream, at }) => ({ deploymentId, kind: 'build', stream, at: new Date(at), text: line })))
    await announce(tx, { kind: 'log', serviceId })
  })
}

function isSame(one: OutputEntry | null, other: OutputEntry): boolean {
  return one !== null && one.output === other.output && one.part === other.part
}
