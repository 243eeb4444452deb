import type { Database } from '../db/connection'
import { append, type NewLine } from '../db/queries/engine/log-lines'
import { announce } from '../events/announce'
import type { Log } from '../log'
import type { Mask } from './mask'
import { MAX_LINE_BYTES, clean } from './split-chunk'

// The log of one build. Lines are masked at once and stored in batches, at most 200 ms later. A build that prints faster
// than the database stores does not fill the memory: what is over the bound is dropped, and a line says how much.

const FLUSH_MS = 150
const BATCH_LINES = 1_000
const MAX_HELD_BYTES = 8 * 1024 * 1024

export type BuildLog = {
  line(stream: 'stdout' | 'stderr' | 'platform', text: string): void
  /** From now on these values are hidden too. */
  setMask(mask: Mask): void
  /** Stores everything that is held. Never throws: a build does not fail because its log could not be kept. */
  close(): Promise<void>
}

export type BuildLogOptions = { db: Database['db']; log: Log; now(): Date; serviceId: string; deploymentId: string; mask: Mask }

/** Opens the log of a deployment's build. */
export function openBuildLog(options: BuildLogOptions): BuildLog {
  const { db, log, now, serviceId, deploymentId } = options
  let mask = options.mask
  let held: NewLine[] = []
  let heldBytes = 0
  let dropped = 0
  let timer: NodeJS.Timeout | null = null
  let working: Promise<void> = Promise.resolve()

  const take = (): NewLine[] => {
    const batch = held.slice(0, BATCH_LINES)
    held = held.slice(BATCH_LINES)
    heldBytes = held.reduce((sum, line) => sum + line.text.length, 0)
    if (held.length === 0 && dropped > 0) {
      batch.push({ deploymentId, kind: 'build', stream: 'platform', at: now(), text: `${dropped} lines dropped: the build prints faster than they can be stored.` })
      dropped = 0
    }
    return batch
  }
  const store = async () => {
    while (held.length > 0 || dropped > 0) {
      const batch = take()
      await db.transaction(async (tx) => {
        await append(tx, serviceId, batch)
        await announce(tx, { kind: 'log', serviceId })
      })
    }
  }
  const flush = (): Promise<void> => {
    timer = null
    working = working.then(store).catch((cause: unknown) => log.warn({ deployment: deploymentId, cause }, 'lines of a build log could not be stored'))
    return working
  }

  return {
    line(stream, text) {
      if (heldBytes + text.length > MAX_HELD_BYTES) dropped++
      else {
        const shown = text.length > MAX_LINE_BYTES ? `${text.slice(0, MAX_LINE_BYTES)} … [line cut]` : text
        held.push({ deploymentId, kind: 'build', stream, at: now(), text: clean(mask(shown)) })
        heldBytes += shown.length
      }
      timer ??= setTimeout(() => void flush(), FLUSH_MS)
    },
    setMask(next) {
      mask = next
    },
    async close() {
      if (timer) clearTimeout(timer)
      await flush()
    },
  }
}
