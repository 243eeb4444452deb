import type { Db } from '../db/connection'
import { partitions } from '../db/queries/engine/log-partitions'
import { buildWordIndex, readyWords, dropWordIndex, hasLines, unfinishedSpans } from '../db/queries/engine/log-words'
import { spanName, wordSpans } from '../db/queries/log-spans'
import type { Log } from '../log'
import { planWordIndexes } from '../telemetry/plan-word-indexes'

/** Fewer lines are read as quickly as an index is. */
const WORTH_LINES = 20_000
/** What is over has hardly any lines more later; some may come late, or be brought from elsewhere. */
const SMALL_MS = 5 * 60_000

export type WordIndexer = { /** One look; builds what is missing, one after the other. */ round(shutdown: AbortSignal): Promise<void> }

/** Builds the indexes by which rare words are found. Where the database cannot have them, searching takes longer and finds the same. */
export function makeWordIndexer({ db, log, now }: { db: Db; log: Log; now(): Date }, worthLines = WORTH_LINES): WordIndexer {
  /** When a span was found to have few lines. */
  const small = new Map<string, number>()
  let said: string | null = null
  return {
    async round(shutdown) {
      const missing = await readyWords(db)
      if (missing !== null) {
        // Said once for each reason; looked at again in every round, so it is enough to do what is said.
        if (said !== missing.reason) log.warn({ extension: 'pg_trgm', ...missing }, 'there are no indexes on the words of log lines: searching for rare words takes longer, and finds the same')
        said = missing.reason
        return
      }
      for (const span of await unfinishedSpans(db)) await dropWordIndex(db, span)
      const days = (await partitions(db)).map(({ day }) => Date.parse(day))
      const { build, drop } = planWordIndexes(days, await wordSpans(db), now().getTime())
      for (const span of drop) await dropWordIndex(db, span)
      const isAborted = aborted(shutdown)
      for (const span of build) {
        const key = spanName(span)
        if (shutdown.aborted) return
        const nowMs = now().getTime()
        if (Math.abs(nowMs - (small.get(key) ?? -Infinity)) < SMALL_MS) continue
        if (!(await hasLines(db, span, worthLines))) small.set(key, nowMs)
        // The end of the worker does not wait for it: the database finishes it or leaves it to the next round.
        else await Promise.race([buildWordIndex(db, span), isAborted])
      }
    },
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
