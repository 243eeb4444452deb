import { pointsOf, union, type Question } from './answer'
import type { Column } from './chunk'
import { STORED, type Grouping, type Measure, type Stored, READINGS } from './measure'
import { OF_TRAFFIC } from './names'
import { emptySlots, partSeconds, type Slots } from './slots'
import type { Grid } from './steps'

// The lines of a chart: series with the same labels, of those that are asked for, are one line.

/** What is known of a series besides its samples. */
export type SeriesInfo = {
  id: number
  measure: Stored
  environmentId: string
  serviceId: string | null
  volumeId: string | null
  deploymentId: string | null
  part: string | null
  status: string | null
  route: string | null
  attributes: string | null
  bucket: string | null
  limit: number | null
}

/** `others`: how many lines it is made of that were too small to be shown. */
export type LineLabels = { serviceId?: string; volumeId?: string; deployment?: string; part?: string; status?: string; route?: string; attributes?: string; others?: string }
export type Line = { environmentId: string; labels: LineLabels; points: (number | null)[]; limit: number | null }

/** `most`: so many lines at most, of which the last is made of all the small ones. */
export type Ask = { measure: Measure; by: Grouping; take: Question['take']; grid: Grid; most: number }

/** Which series an answer is made of. */
export function storedFor(measure: Measure): Stored[] {
  const reading = READINGS[measure]
  const of: Stored[] = reading.how === 'hits' ? [reading.of, reading.without] : [reading.of]
  return OF_TRAFFIC.has(reading.of) && reading.of !== 'requests' ? [...of, 'requests'] : of
}

/**
 * By the number of a series that of the one whose slots its samples are put into: counts that are added up anyway are added up while they are
 * read, so that a busy service with many routes takes no more room than one with few.
 */
export function placesFor(series: readonly SeriesInfo[], by: Grouping): Map<number, SeriesInfo> {
  const first = new Map<string, SeriesInfo>()
  return new Map(
    series.map((one) => {
      if (STORED[one.measure].kind === 'level') return [one.id, one]
      const key = JSON.stringify([placeOf(one), labelsOf(one, by), one.measure, one.bucket])
      if (!first.has(key)) first.set(key, one)
      return [one.id, first.get(key)!]
    }),
  )
}

/** The lines of an answer, the largest first. `slotsOf`: what is known of a series in the slots of the grid. */
export function linesOf(series: readonly SeriesInfo[], slotsOf: ReadonlyMap<number, Slots>, ask: Ask): Line[] {
  const groups = grouped(series.filter(({ measure }) => isAsked(measure, ask.measure)), (one) => JSON.stringify([one.environmentId, labelsOf(one, ask.by)]))
  const covers = coversOfTraffic(series, slotsOf, ask)
  const line = (members: readonly SeriesInfo[], labels: LineLabels): Line => ({ environmentId: members[0]!.environmentId, labels, points: pointsOfGroup(members, slotsOf, covers, ask), limit: limitOf(members, slotsOf) })
  const all = [...groups.values()]
    .map((members) => ({ members, line: line(members, labelsOf(members[0]!, ask.by)) }))
    .map((group) => ({ ...group, size: sizeOf(group.line) }))
    // That requests were looked at while there were none is told by a series without labels, which is no line of its own.
    .filter(({ line: { labels }, size }) => ask.by === 'total' || Object.keys(labels).length > 0 || size > 0)
    .filter(({ line: { points } }) => points.some((point) => point !== null))
    .sort((a, b) => b.size - a.size)
  if (all.length <= ask.most) return all.map(({ line: shown }) => shown)
  const rest = all.slice(ask.most - 1)
  return [...all.slice(0, ask.most - 1).map(({ line: shown }) => shown), line(rest.flatMap(({ members }) => members), { others: String(rest.length) })]
}

function isAsked(measure: Stored, asked: Measure): boolean {
  const reading = READINGS[asked]
  return measure === reading.of || (reading.how === 'hits' && measure === reading.without)
}

function pointsOfGroup(members: readonly SeriesInfo[], slotsOf: ReadonlyMap<number, Slots>, ofTraffic: ReadonlyMap<string, Column>, { measure, take, grid }: Ask): (number | null)[] {
  const reading = READINGS[measure]
  const perStep = grid.stepSeconds / grid.kept.seconds
  const each = members.map(({ id, measure: stored, bucket }) => ({ slots: slotsOf.get(id) ?? emptySlots(grid.count * perStep), bucket, isMinus: reading.how === 'hits' && stored === reading.without }))
  const besides = [...new Set(members.map(placeOf))].flatMap((place) => ofTraffic.get(place) ?? [])
  const covers = [...each.map(({ slots }) => slots.covered), ...besides]
  return pointsOf(each, covers, { reading, take, perStep, count: grid.count, partSeconds: partSeconds(grid.kept, reading.of) })
}

/** By service: when its traffic was measured. */
function coversOfTraffic(series: readonly SeriesInfo[], slotsOf: ReadonlyMap<number, Slots>, { measure, grid }: Ask): Map<string, Column> {
  if (!OF_TRAFFIC.has(READINGS[measure].of)) return new Map()
  const byService = grouped(series.filter((one) => one.measure === 'requests'), placeOf)
  const length = (grid.count * grid.stepSeconds) / grid.kept.seconds
  return new Map([...byService].map(([place, members]) => [place, union(members.flatMap(({ id }) => slotsOf.get(id)?.covered ?? []), length)]))
}

function grouped(series: readonly SeriesInfo[], keyOf: (one: SeriesInfo) => string): Map<string, SeriesInfo[]> {
  const groups = new Map<string, SeriesInfo[]>()
  for (const one of series) {
    const key = keyOf(one)
    const group = groups.get(key)
    if (group) group.push(one)
    else groups.set(key, [one])
  }
  return groups
}

function placeOf({ environmentId, serviceId }: SeriesInfo): string {
  return `${environmentId} ${serviceId ?? ''}`
}

function labelsOf({ serviceId, volumeId, deploymentId, part, status, route, attributes }: SeriesInfo, by: Grouping): LineLabels {
  const own = { total: {}, service: { serviceId }, part: { serviceId, deployment: deploymentId, part }, deployment: { serviceId, deployment: deploymentId }, volume: { volumeId }, status: { status }, route: { route }, attributes: { attributes, part } }[by]
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null))
}

function sizeOf({ points }: Line): number {
  return points.reduce<number>((sum, point) => sum + (point ?? 0), 0)
}

/** Of what was there at last, together; null when anything of it has no limit. */
function limitOf(members: readonly SeriesInfo[], slotsOf: ReadonlyMap<number, Slots>): number | null {
  if (!members.some(({ measure, limit }) => STORED[measure].kind === 'level' && limit !== null)) return null
  // The last part of a slot that is covered, of thirty at most.
  const lastOf = ({ id }: SeriesInfo) => {
    const covered = slotsOf.get(id)?.covered ?? new Float64Array()
    const slot = covered.findLastIndex((parts) => parts !== 0)
    return slot === -1 ? -1 : slot * 32 + 31 - Math.clz32(covered[slot]!)
  }
  const last = Math.max(...members.map(lastOf))
  return members.reduce<number | null>((sum, one) => (last === -1 || lastOf(one) < last ? sum : sum === null || one.limit === null ? null : sum + one.limit), 0)
}
