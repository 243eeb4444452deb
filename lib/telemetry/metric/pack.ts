import type { Db } from '../../db/connection'
import { addToTotals, chunksAt, lockPacking, seriesWithPoints, takePoints, writeChunks, type ChunkPlace, type ChunkRow, type PointRow, type SeriesTotal } from '../../db/queries/engine/metric-chunks'
import { pack, unpack, type Column } from '../../domain/metric/chunk'
import { STORED, type Stored } from '../../domain/metric/measure'
import { addSample, emptySlots, packSlots, unpackInto, type Slots } from '../../domain/metric/slots'
import { chunkStart, MINUTES, QUARTERS, SAMPLES, type Kept } from '../../domain/metric/steps'

// Samples become chunks in the transaction that takes them from their table, so each is packed exactly once whoever dies in between. Minutes and
// quarters of an hour are made anew of all samples of the hours that got some: made twice they are the same, and late samples change them.

const AT_ONCE = 200
const STEP_MS = SAMPLES.seconds * 1_000
const HOUR_MS = SAMPLES.slots * STEP_MS
/** Samples of the present moment may still be added to; and alerts read those of the last minute as they came (`watchedNow`). */
const YOUNG_MS = 120_000
/** What came before cannot be put together with what else there was then: its samples are not kept any more. */
const LATE_MS = SAMPLES.keptMs - HOUR_MS

/** Packs what was measured until now. Answers how many samples that were. */
export async function packMetrics(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - YOUNG_MS)
  const due = await seriesWithPoints(db, before)
  let packed = 0
  for (let from = 0; from < due.length; from += AT_ONCE) {
    packed += await db.transaction(async (tx) => {
      await lockPacking(tx)
      const points = (await takePoints(tx, due.slice(from, from + AT_ONCE), before)).filter(({ atMs }) => atMs > now.getTime() - LATE_MS)
      await packPoints(tx, points)
      await addToTotals(tx, totalsOf(points))
      return points.length
    })
  }
  return packed
}

/** What all of them are together, by series; of levels that means nothing. */
function totalsOf(points: readonly PointRow[]): SeriesTotal[] {
  const totals = new Map<number, SeriesTotal>()
  for (const { seriesId, measure, atMs, value } of points) {
    const former = totals.get(seriesId) ?? { id: seriesId, sum: 0, until: '' }
    totals.set(seriesId, { id: seriesId, sum: STORED[measure].kind === 'count' ? former.sum + value : 0, until: new Date(atMs).toISOString() })
  }
  return [...totals.values()]
}

type Hour = { seriesId: number; measure: Stored; atMs: number; points: PointRow[] }

async function packPoints(tx: Db, points: readonly PointRow[]): Promise<void> {
  const hours = hoursOf(points)
  const places = [...new Map(hours.flatMap(placesOf).map((place) => [keyOf(place), place])).values()]
  const former = new Map((await chunksAt(tx, places)).map((row) => [`${row.seriesId} ${row.stepSeconds} ${row.at.getTime()}`, row.packed]))
  const rows: ChunkRow[] = []
  const coarse = new Map<string, { place: ChunkPlace; measure: Stored; slots: Slots }>()
  for (const hour of hours) {
    const place = { seriesId: hour.seriesId, kept: SAMPLES, atMs: hour.atMs }
    const samples = withPoints(former.get(keyOf(place)), hour)
    rows.push(rowOf(place, pack([samples])))
    for (const longer of placesOf(hour).slice(1)) {
      const chunk = coarse.get(keyOf(longer)) ?? { place: longer, measure: hour.measure, slots: read(former.get(keyOf(longer)), longer.kept, hour.measure) }
      coarse.set(keyOf(longer), chunk)
      replaceHour(chunk.slots, longer, hour, samples)
    }
  }
  for (const { place, measure, slots } of coarse.values()) rows.push(rowOf(place, packSlots(slots, measure)))
  await writeChunks(tx, rows)
}

function hoursOf(points: readonly PointRow[]): Hour[] {
  const hours = new Map<string, Hour>()
  for (const point of points) {
    const atMs = chunkStart(SAMPLES, point.atMs)
    const key = `${point.seriesId} ${atMs}`
    const hour = hours.get(key) ?? { seriesId: point.seriesId, measure: point.measure, atMs, points: [] }
    hours.set(key, hour)
    hour.points.push(point)
  }
  return [...hours.values()]
}

function placesOf({ seriesId, atMs }: Pick<Hour, 'seriesId' | 'atMs'>): ChunkPlace[] {
  return [SAMPLES, MINUTES, QUARTERS].map((kept) => ({ seriesId, kept, atMs: chunkStart(kept, atMs) }))
}

function keyOf({ seriesId, kept, atMs }: ChunkPlace): string {
  return `${seriesId} ${kept.seconds} ${atMs}`
}

function rowOf({ seriesId, kept, atMs }: ChunkPlace, packed: Uint8Array): ChunkRow {
  return { seriesId, stepSeconds: kept.seconds, at: new Date(atMs), packed }
}

/** All samples of an hour: counts that came late are added, of levels the late one stays. */
function withPoints(packed: Uint8Array | undefined, { measure, atMs, points }: Hour): Column {
  const samples = packed === undefined ? new Float64Array(SAMPLES.slots).fill(Number.NaN) : unpack(packed, { columns: 1, length: SAMPLES.slots })[0]!
  for (const point of points) {
    const index = (point.atMs - atMs) / STEP_MS
    const known = samples[index]!
    samples[index] = STORED[measure].kind === 'count' && !Number.isNaN(known) ? known + point.value : point.value
  }
  return samples
}

function read(packed: Uint8Array | undefined, kept: Kept, measure: Stored): Slots {
  const slots = emptySlots(kept.slots)
  if (packed !== undefined) unpackInto(slots, packed, { kept, measure, offset: 0 })
  return slots
}

/** Makes the longer steps of one hour anew of its samples. */
function replaceHour(slots: Slots, { kept, atMs }: ChunkPlace, hour: Hour, samples: Column): void {
  const first = (hour.atMs - atMs) / (kept.seconds * 1_000)
  const end = first + HOUR_MS / (kept.seconds * 1_000)
  const none = emptySlots(1)
  for (const name of ['covered', 'count', 'sum', 'lowest', 'highest'] as const) slots[name].fill(none[name][0]!, first, end)
  for (const [index, value] of samples.entries()) {
    if (!Number.isNaN(value)) addSample(slots, { kept, measure: hour.measure, fromMs: atMs }, { atMs: hour.atMs + index * STEP_MS, value })
  }
}
