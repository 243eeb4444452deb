import { and, asc, eq, inArray, lt, or, sql } from 'drizzle-orm'

import type { Stored } from '../../../domain/metric/measure'
import { KEPT, type Kept } from '../../../domain/metric/steps'
import type { Db } from '../../connection'
import { metricChunks, metricPoints, metricSeries } from '../../schema/metric'

export type ChunkRow = typeof metricChunks.$inferSelect
export type PointRow = { seriesId: number; measure: Stored; atMs: number; value: number }

const AT_ONCE = 500

/** Numbers of all series that have samples from before this moment that are not packed. */
export async function seriesWithPoints(db: Db, before: Date): Promise<number[]> {
  const rows = await db.selectDistinct({ id: metricPoints.seriesId }).from(metricPoints).where(lt(metricPoints.at, before)).orderBy(asc(metricPoints.seriesId))
  return rows.map(({ id }) => id)
}

/** Lets one at a time pack; held until the transaction ends. */
export async function lockPacking(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('pack metrics', 0))`)
}

/** Takes the samples of these series from before this moment, oldest first: they are gone from the table when the transaction has ended. */
export async function takePoints(tx: Db, seriesIds: readonly number[], before: Date): Promise<PointRow[]> {
  const rows = await tx
    .delete(metricPoints)
    .where(and(inArray(metricPoints.seriesId, [...seriesIds]), lt(metricPoints.at, before)))
    .returning()
  const series = await tx.select({ id: metricSeries.id, measure: metricSeries.measure }).from(metricSeries).where(inArray(metricSeries.id, [...seriesIds]))
  const measures = new Map(series.map(({ id, measure }) => [id, measure]))
  return rows.flatMap(({ seriesId, at, value }) => (measures.has(seriesId) ? [{ seriesId, measure: measures.get(seriesId)!, atMs: at.getTime(), value }] : [])).sort((a, b) => a.atMs - b.atMs)
}

/** Which chunk: its series, its steps, and where it begins. */
export type ChunkPlace = { seriesId: number; kept: Kept; atMs: number }

/** The chunks that are there of those named. */
export async function chunksAt(tx: Db, places: readonly ChunkPlace[]): Promise<ChunkRow[]> {
  const found: ChunkRow[] = []
  const byMoment = new Map<string, ChunkPlace[]>()
  for (const place of places) byMoment.set(`${place.kept.seconds} ${place.atMs}`, [...(byMoment.get(`${place.kept.seconds} ${place.atMs}`) ?? []), place])
  for (const group of byMoment.values()) {
    const { kept, atMs } = group[0]!
    const isOne = and(eq(metricChunks.stepSeconds, kept.seconds), eq(metricChunks.at, new Date(atMs)), inArray(metricChunks.seriesId, group.map(({ seriesId }) => seriesId)))
    found.push(...(await tx.select().from(metricChunks).where(isOne)))
  }
  return found
}

/** Writes chunks over those that were there. */
export async function writeChunks(tx: Db, rows: readonly ChunkRow[]): Promise<void> {
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    await tx
      .insert(metricChunks)
      .values(rows.slice(from, from + AT_ONCE))
      .onConflictDoUpdate({ target: [metricChunks.stepSeconds, metricChunks.seriesId, metricChunks.at], set: { packed: sql`excluded.packed` } })
  }
}

export type SeriesTotal = { id: number; /** Of what was packed now. */ sum: number; /** The newest of it. */ until: string }

/** Adds what was packed to the totals of its series, in the transaction that packs it. */
export async function addToTotals(tx: Db, totals: readonly SeriesTotal[]): Promise<void> {
  if (totals.length === 0) return
  // In one order, so that who packs and who records do not wait for each other.
  await tx.execute(sql`select 1 from metric_series where id = any(${`{${totals.map(({ id }) => id).join()}}`}::text::int[]) order by id for no key update`)
  await tx.execute(sql`
    update metric_series s set total = s.total + n.sum, packed_until = greatest(s.packed_until, n.until)
    from jsonb_to_recordset(${JSON.stringify(totals)}::text::jsonb) as n (id int, sum float8, until timestamptz) where s.id = n.id`)
}

/** Removes what is past its time, chunk by chunk, and series of which nothing is left. */
export async function removeOldMetrics(db: Db, now: Date): Promise<void> {
  const isOld = KEPT.map(({ seconds, slots, keptMs }) => and(eq(metricChunks.stepSeconds, seconds), lt(metricChunks.at, new Date(now.getTime() - keptMs - seconds * slots * 1_000))))
  await db.delete(metricChunks).where(or(...isOld))
  const oldest = new Date(now.getTime() - Math.max(...KEPT.map(({ keptMs, seconds, slots }) => keptMs + 2 * seconds * slots * 1_000)))
  await db.delete(metricSeries).where(and(lt(metricSeries.lastAt, oldest), sql`not exists (select 1 from ${metricPoints} where ${metricPoints.seriesId} = ${metricSeries.id})`))
}
