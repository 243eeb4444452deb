import { keepScrapes, placesToScrape, type ScrapePlace, type ScrapeRow } from '../db/queries/engine/scrapes'
import { NotAnExposition, parseExposition } from '../otlp/exposition'
import { requestOf } from '../otlp/exposition-metrics'
import { makeSampleWriter, MOST_SERIES } from '../otlp/write-samples'
import type { Engine } from '../provisioning/engine'
import { fetchExposition } from './fetch-exposition'

// Asks replicas for the metrics they tell by themselves, and keeps them as what programs send by OpenTelemetry. What was counted is remembered by the
// worker that leads: when another one takes over, what came in between is a gap.

/** Looks fifteen seconds apart belong together when one or two of them fail. */
const GAP_MS = 50_000
const AT_ONCE = 8
/** Of one answer. */
const MOST_SAMPLES = 10_000
const MOST_LABELS = 10
/** What says the same is written no more often. */
const QUIET_MS = 60_000
/** What was not asked for so long does not run any more. */
const OLD_MS = 5 * 60_000

export type Scraper = { round(shutdown: AbortSignal): Promise<void> }

/** What asks for one worker, as long as that leads. */
export function makeScraper({ db, now, log }: Pick<Engine, 'db' | 'now' | 'log'>, { mostSeries = MOST_SERIES, timeoutMs }: { mostSeries?: number; timeoutMs?: number } = {}): Scraper {
  const sinceMs = now().getTime()
  const writer = makeSampleWriter({ db, log, mostSeries, maxGapMs: GAP_MS, now: () => now().getTime() })
  /** When each was read last, and what is written of it. */
  const read = new Map<string, number>()
  let written = new Map<string, ScrapeRow>()

  const askOne = async (place: ScrapePlace, signal: AbortSignal): Promise<ScrapeRow> => {
    const { name, environmentId, serviceId, deploymentId, part, address, path } = place
    const found = await fetchExposition(address, path, { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) })
    const at = now()
    const row = (how: Pick<ScrapeRow, 'samples' | 'problem' | 'leftOut'>): ScrapeRow => ({ name, environmentId, serviceId, part, at, ...how })
    if ('problem' in found) return row({ samples: 0, problem: found.problem, leftOut: null })
    try {
      const exposition = parseExposition(found.text, MOST_SAMPLES)
      const startMs = place.startedAt?.getTime() ?? 0
      const belongs = (ms: number | undefined) => ms !== undefined && at.getTime() - ms <= GAP_MS
      const isNew = belongs(read.get(name)) || (startMs >= sinceMs && belongs(startMs))
      const rejected = await writer.write({ environmentId, serviceId, deploymentId }, requestOf(exposition, { part, instance: name, startMs }), { isNew })
      read.set(name, at.getTime())
      const wide = exposition.samples.filter(({ labels }) => labels.length > MOST_LABELS).length
      return row({ samples: exposition.samples.length, problem: null, leftOut: leftOutWords(exposition.left, wide, rejected) })
    } catch (error) {
      if (!(error instanceof NotAnExposition)) throw error
      return row({ samples: 0, problem: `GET ${path} was answered with something else than metrics. ${error.message}`, leftOut: null })
    }
  }

  const keep = async (rows: readonly ScrapeRow[]) => {
    const isKnown = (row: ScrapeRow) => {
      const former = written.get(row.name)
      return former !== undefined && former.problem === row.problem && former.leftOut === row.leftOut && former.samples === row.samples && row.at.getTime() - former.at.getTime() < QUIET_MS
    }
    const news = rows.filter((row) => !isKnown(row))
    await keepScrapes(db, news, new Date(now().getTime() - OLD_MS))
    written = new Map([...written, ...news.map((row) => [row.name, row] as const)].filter(([, row]) => now().getTime() - row.at.getTime() < OLD_MS))
    for (const [name, ms] of read) if (now().getTime() - ms > OLD_MS) read.delete(name)
  }

  return {
    async round(shutdown) {
      const waiting = await placesToScrape(db)
      if (waiting.length === 0 && written.size === 0) return
      const rows: ScrapeRow[] = []
      const lanes = Array.from({ length: AT_ONCE }, async () => {
        for (let next = waiting.shift(); next && !shutdown.aborted; next = waiting.shift()) {
          const { name } = next
          // What could not be stored is a gap; the next look tells what came until then where it belongs together.
          const row = await askOne(next, shutdown).catch((cause: unknown) => void log.warn({ workload: name, cause }, 'metrics of a replica could not be kept'))
          if (row && !shutdown.aborted) rows.push(row)
        }
      })
      await Promise.all(lanes)
      await keep(rows)
    },
  }
}

function leftOutWords(left: number, wide: number, rejected: ReadonlyMap<string, number>): string | null {
  const words = [
    ...(left === 0 ? [] : [`${amount(left)} of its samples, because ${amount(MOST_SAMPLES)} are read at once`]),
    ...(wide === 0 ? [] : [`labels of ${amount(wide)} samples, of which ${MOST_LABELS} each are kept`]),
    ...[...rejected].map(([why, count]) => `${amount(count)} points, because ${why}`),
  ]
  return words.length === 0 ? null : `Left out: ${words.join('; ')}.`
}

function amount(count: number): string {
  return count.toLocaleString('en-US')
}
