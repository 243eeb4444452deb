import type { Db } from '../db/connection'
import { append } from '../db/queries/engine/log-lines'
import { keyOf, record, type MetricSample } from '../db/queries/engine/metrics'
import { ownSeriesKeys } from '../db/queries/own-metrics'
import type { Log } from '../log'
import type { Sender } from './authenticate'
import { Refusal } from './body'
import { samplesOf, type Taken } from './points'
import type { MetricsRequest } from './request'
import { makeTotals, type Totals } from './totals'

/** So many series of its own may a service have in a day; each bucket of a histogram that was ever met is one. */
export const MOST_SERIES = 2_000
const DAY_MS = 86_400_000
const KNOWN_MS = 600_000
const NOTE_MS = 60_000
const RETRY_S = 2
/** Services that send nothing for so long are forgotten. */
const QUIET_MS = 2 * 3_600_000

type Service = { turn: Promise<unknown>; totals: Totals; keys: Set<string>; keysMs: number; notedMs: number; usedMs: number; waiting: number }

export type SampleWriter = {
  /** Stores the points of a request, and answers how many were rejected, by why. Throws Refusal: 503 while nothing can be stored, 429 when too many requests of one service wait. */
  write(sender: Sender, request: MetricsRequest, how?: { /** As of `samplesOf`. */ isNew: boolean }): Promise<Taken['rejected']>
}

const MOST_WAITING = 16

export function makeSampleWriter({ db, log, mostSeries = MOST_SERIES, maxGapMs = Infinity, now = () => Date.now() }: { db: Db; log: Log; mostSeries?: number; /** As of `makeTotals`. */ maxGapMs?: number; now?: () => number }): SampleWriter {
  const sinceMs = now()
  const services = new Map<string, Service>()

  const stateOf = (serviceId: string): Service => {
    const service = services.get(serviceId) ?? { turn: Promise.resolve(), totals: makeTotals(sinceMs, { maxGapMs }), keys: new Set(), keysMs: 0, notedMs: 0, usedMs: 0, waiting: 0 }
    service.usedMs = now()
    services.set(serviceId, service)
    for (const [id, { usedMs, waiting }] of services) if (waiting === 0 && usedMs < now() - QUIET_MS) services.delete(id)
    return service
  }

  const store = async (sender: Sender, service: Service, { request, isNew }: { request: MetricsRequest; isNew: boolean | undefined }) => {
    if (service.keysMs < now() - KNOWN_MS) {
      service.keys = new Set(await ownSeriesKeys(db, sender.serviceId, new Date(now() - DAY_MS)))
      service.keysMs = now()
    }
    const { samples, rejected } = samplesOf(request, { ...sender, totals: service.totals, readMs: now(), isNew })
    const fresh = new Set<string>()
    const kept = samples.filter((sample) => {
      const key = keyOfSample(sample)
      if (service.keys.has(key) || fresh.has(key)) return true
      if (service.keys.size + fresh.size >= mostSeries) return false
      fresh.add(key)
      return true
    })
    const refused = samples.length - kept.length
    if (refused > 0) rejected.set(`a service may have ${mostSeries.toLocaleString('en-US')} series of its own in a day`, refused)
    await db.transaction(async (tx) => {
      await record(tx, kept)
      if (refused > 0 && service.notedMs < now() - NOTE_MS) await append(tx, sender, [fullLine(sender, { refused, mostSeries, at: new Date(now()) })])
    })
    if (refused > 0 && service.notedMs < now() - NOTE_MS) service.notedMs = now()
    for (const key of fresh) service.keys.add(key)
    return rejected
  }

  return {
    async write(sender, request, how) {
      const service = stateOf(sender.serviceId)
      if (service.waiting >= MOST_WAITING) throw new Refusal(429, 'Too many requests of this service wait to be stored.', RETRY_S)
      service.waiting++
      // One after the other: what came since the point before is known in order only.
      const done = service.turn.then(() => store(sender, service, { request, isNew: how?.isNew }))
      service.turn = done.then(() => service.totals.keep(true), () => service.totals.keep(false))
      try {
        return await done
      } catch (cause) {
        log.warn({ cause, service: sender.serviceId }, 'metrics could not be stored')
        throw new Refusal(503, 'Metrics cannot be stored at the moment.', RETRY_S)
      } finally {
        service.waiting--
      }
    },
  }
}

function keyOfSample(sample: MetricSample): string {
  return keyOf(sample.measure, sample.labels, sample.measure === 'own_bucket' ? sample.bounds : null)
}

function fullLine({ deploymentId }: Sender, { refused, mostSeries, at }: { refused: number; mostSeries: number; at: Date }) {
  const text = `${refused.toLocaleString('en-US')} points of metrics were refused: this service has ${mostSeries.toLocaleString('en-US')} series in a day already. Leave attributes out that have many values, such as ids.`
  return { kind: 'runtime' as const, stream: 'platform' as const, at, text, message: text, deploymentId, level: 'warn' as const, attributes: { refusedPoints: refused } }
}
