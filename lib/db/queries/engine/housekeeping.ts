import { lt, or, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { sessions } from '../../schema/account'
import { deployments } from '../../schema/deployment'
import { services } from '../../schema/desired'
import { idempotencyKeys, rateWindows, serviceTraffic } from '../../schema/observed'

/** Removes what was kept for a limited time. */
export async function removeExpired(db: Db, now: Date): Promise<void> {
  const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000)
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, ago(24)))
  await db.delete(rateWindows).where(lt(rateWindows.windowStart, ago(24)))
  // A revoked session is kept for as long as a stolen token of it might be shown again.
  await db.delete(sessions).where(or(lt(sessions.expiresAt, ago(24)), lt(sessions.revokedAt, ago(24 * 30))))
}

/** Forgets the traffic of services that are gone. */
export async function removeTrafficOfGone(db: Db): Promise<void> {
  await db.delete(serviceTraffic).where(sql`not exists (select 1 from ${services} where ${services.id} = ${serviceTraffic.serviceId})`)
}

/** Which of these services still exist. */
export async function existingServices(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.select({ id: services.id }).from(services).where(sql`${services.id} in ${[...ids]}`)
  return new Set(rows.map((row) => row.id))
}

/** Which of these deployments are still on their way. */
export async function progressingOf(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.select({ id: deployments.id }).from(deployments).where(sql`${deployments.id} in ${[...ids]} and ${deployments.status} in ('queued', 'building')`)
  return new Set(rows.map((row) => row.id))
}
