import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm'

import { PROGRESSING } from '../../../domain/deployment-status'
import type { NeededImages, SeenStorage } from '../../../domain/storage'
import type { Db } from '../../connection'
import { artifacts, deployments } from '../../schema/deployment'
import { targetStorage } from '../../schema/storage'

const MOST = 100_000

/** Every image that a kept build is, wherever it lies, and the services of which something is on its way. Read in this order: what is built in between is of a service on its way. */
export async function neededImages(db: Db): Promise<NeededImages> {
  const services = await db.selectDistinct({ id: deployments.serviceId }).from(deployments).where(inArray(deployments.status, [...PROGRESSING]))
  const rows = await db.select({ image: artifacts.image }).from(artifacts).where(and(eq(artifacts.kind, 'image'), isNull(artifacts.removedAt))).limit(MOST)
  const names = rows.flatMap(({ image }) => (image ? [image.id, image.digest, ...image.names] : [])).filter((name) => name !== null)
  return { names: new Set(names), services: new Set(services.map(({ id }) => id)) }
}

/** When somebody asked for a cleaning that is not done; null when nobody did. */
export async function cleanAsked(db: Db, targetId: string): Promise<Date | null> {
  const [row] = await db.select({ at: targetStorage.cleanAskedAt }).from(targetStorage).where(eq(targetStorage.targetId, targetId))
  return row?.at ?? null
}

/** What was found when it was last looked at, and when. */
export async function lastSeen(db: Db, targetId: string): Promise<{ at: Date; seen: SeenStorage } | null> {
  const [row] = await db.select({ at: targetStorage.at, seen: targetStorage.seen }).from(targetStorage).where(eq(targetStorage.targetId, targetId))
  return row?.at && row.seen ? { at: row.at, seen: row.seen } : null
}

/** Writes what was found. `answered`: the wish that was carried out; one that came later stays. */
export async function recordStorage(db: Db, targetId: string, found: { seen: SeenStorage; at: Date; answered: Date | null }): Promise<void> {
  const { seen, at, answered } = found
  await db.insert(targetStorage).values({ targetId, seen, at }).onConflictDoUpdate({ target: targetStorage.targetId, set: { seen, at } })
  if (answered !== null) await db.update(targetStorage).set({ cleanAskedAt: null }).where(and(eq(targetStorage.targetId, targetId), lte(targetStorage.cleanAskedAt, sql`${answered.toISOString()}::timestamptz`)))
}
