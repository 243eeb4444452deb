import type { Db } from '../../db/connection'
import { metricLines, readSlots, seriesFor, type MetricAsk } from '../../db/queries/metrics'
import { linesOf, storedFor, type Line, type SeriesInfo } from '../../domain/metric/lines'
import { READINGS, STORED, type Stored } from '../../domain/metric/measure'
import { LABELS } from '../../domain/metric/names'
import { coveredOf, promQueries, remotePartSeconds, type PromQuery } from '../../domain/metric/promql'
import { emptySlots, intoSteps, type Slots } from '../../domain/metric/slots'
import type { Kept } from '../../domain/metric/steps'
import { AppError } from '../../errors'
import { askRange, type PromLine, type PromServer } from './ask'

// Lines of a chart where a Prometheus keeps what was measured: its samples are put into the same steps as ours, and lines are made of those by the same rules.
// The last minutes are our own. They are there before a Prometheus has them, and while it is away.

/** What is younger is not asked of a Prometheus. */
const LIVE_MS = 5 * 60_000
const MOST_LINES = 20_000

export type RemoteAsk = MetricAsk & { environmentIds: readonly [string] }

/** As `metricLines`, of what a Prometheus keeps. Throws `unavailable` in words where that is not told. */
export async function remoteLines({ db, now, server }: { db: Db; now: Date; server: PromServer }, ask: RemoteAsk): Promise<Line[]> {
  const { grid } = ask
  const stepMs = grid.stepSeconds * 1_000
  const liveMs = Math.min(grid.untilMs, Math.floor((now.getTime() - LIVE_MS) / stepMs) * stepMs)
  if (liveMs <= grid.fromMs) return metricLines(db, ask)
  const [remote, own] = await Promise.all([remoteSlots(db, server, { ...ask, untilMs: liveMs }), ownSlots(db, ask, liveMs)])
  const slots = new Map([...remote, ...own].map(([{ id }, each]) => [id, each]))
  return linesOf([...remote.keys(), ...own.keys()], slots, { ...ask, grid: { ...grid, kept: keptOf(ask) } })
}

/** A step of the answer, as what is kept. */
function keptOf({ measure, grid }: MetricAsk): Kept {
  return { seconds: grid.stepSeconds, slots: 1, keptMs: Infinity, partSeconds: remotePartSeconds(grid.stepSeconds, READINGS[measure].of) }
}

/** What of the question is younger, from our store. */
async function ownSlots(db: Db, ask: MetricAsk, fromMs: number): Promise<Map<SeriesInfo, Slots>> {
  const { grid } = ask
  if (fromMs >= grid.untilMs) return new Map()
  const stepMs = grid.stepSeconds * 1_000
  const { series, slots } = await readSlots(db, { ...ask, grid: { ...grid, fromMs, count: (grid.untilMs - fromMs) / stepMs } })
  const place = { count: grid.count, first: (fromMs - grid.fromMs) / stepMs, to: keptOf(ask), from: grid.kept }
  return new Map(series.map((one) => [one, intoSteps(slots.get(one.id)!, one.measure, place)]))
}

async function remoteSlots(db: Db, server: PromServer, ask: RemoteAsk & { untilMs: number }): Promise<Map<SeriesInfo, Slots>> {
  const { environmentIds, serviceId, volumeId, measure, by, take, grid, untilMs } = ask
  const subject = { environmentId: environmentIds[0], serviceId, volumeId }
  const queries = storedFor(measure).flatMap((stored) => promQueries({ subject, stored, by, stepSeconds: grid.stepSeconds, extremes: take !== 'mean' }))
  const limits = await limitsOf(db, ask)
  const found = new Map<string, { info: SeriesInfo; slots: Slots }>()
  for (const { query, lines } of await Promise.all(queries.map(async (query) => ({ query, lines: await askRange(server, query.text, { fromMs: grid.fromMs, untilMs, stepSeconds: grid.stepSeconds }) })))) {
    for (const line of lines) {
      // Whoever answers, what is of somebody else is not shown.
      if (line.metric[LABELS.environmentId] !== subject.environmentId) continue
      const key = keyOf(query.of, line.metric)
      const one = found.get(key) ?? { info: { ...infoOf(query.of, line.metric), id: -1 - found.size, limit: limits.get(key) ?? null }, slots: emptySlots(grid.count) }
      found.set(key, one)
      fill(one.slots, query, line, grid)
    }
    if (found.size > MOST_LINES) throw new AppError('limit_exceeded', 'That is more than can be answered at once. Ask for one service, or for less time.')
  }
  const all = [...found.values()]
  for (const stored of new Set(all.map(({ info }) => info.measure))) {
    const own = all.filter(({ info }) => info.measure === stored)
    const most = own.reduce((largest, { slots }) => Math.max(largest, slots.count.reduce((a, b) => Math.max(a, b), 0)), 0)
    // What is somewhere in a part of a step may be of a moment before it.
    for (const { slots } of own) slots.count.forEach((_, step) => void (slots.lowest[step] === Infinity && (slots.count[step] = 0)))
    for (const { slots } of own) slots.covered.set(coveredOf(slots.count, { stepSeconds: grid.stepSeconds, stored, most }))
  }
  return new Map(all.map(({ info, slots }) => [info, slots]))
}

function fill(slots: Slots, { column }: PromQuery, { values }: PromLine, { fromMs, stepSeconds }: MetricAsk['grid']): void {
  for (const [atSeconds, text] of values) {
    const step = Math.round((atSeconds - fromMs / 1_000) / stepSeconds) - 1
    const value = Number(text)
    if (step < 0 || step >= slots.count.length || !Number.isFinite(value)) continue
    slots[column][step] = value
    if (column === 'sum' && slots.lowest[step] === Infinity) slots.lowest[step] = value
  }
}

function infoOf(measure: Stored, metric: Record<string, string>): Omit<SeriesInfo, 'id' | 'limit'> {
  const of = (name: keyof typeof LABELS) => metric[LABELS[name]] ?? null
  return { measure, environmentId: metric[LABELS.environmentId]!, serviceId: of('serviceId'), volumeId: of('volumeId'), deploymentId: of('deploymentId'), part: of('part'), status: of('status'), route: of('route'), attributes: null, bucket: of('bucket') }
}

function keyOf(measure: Stored, metric: Record<string, string>): string {
  return JSON.stringify([measure, ...Object.values(LABELS).map((name) => metric[name] ?? null)])
}

/** Limits of levels are kept by us. */
async function limitsOf(db: Db, ask: MetricAsk): Promise<Map<string, number | null>> {
  if (STORED[READINGS[ask.measure].of].kind !== 'level') return new Map()
  return new Map((await seriesFor(db, ask)).map((one) => [JSON.stringify([one.measure, ...Object.keys(LABELS).map((name) => one[name as keyof typeof LABELS])]), one.limit]))
}
