import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm'

import type { CertificateFailure } from '../../../domain/certificate/problem'
import type { Order } from '../../../domain/certificate/pace'
import { newId } from '../../../ids'
import type { Db } from '../../connection'
import { acmeAccounts, acmeChallenges, acmeOrders } from '../../schema/domain'

export type AccountRow = typeof acmeAccounts.$inferSelect
export type OrderRow = typeof acmeOrders.$inferSelect
export type ChallengeRow = typeof acmeChallenges.$inferSelect

/** Our account with an authority; null when there is none yet. */
export async function accountAt(db: Db, directory: string): Promise<AccountRow | null> {
  const [row] = await db.select().from(acmeAccounts).where(eq(acmeAccounts.directory, directory))
  return row ?? null
}

/** Adds an account, unless another worker was first. Answers the one that there is. */
export async function addAccount(db: Db, row: Omit<AccountRow, 'createdAt' | 'url'>): Promise<AccountRow> {
  await db.insert(acmeAccounts).values(row).onConflictDoNothing({ target: acmeAccounts.directory })
  return (await accountAt(db, row.directory))!
}

/** Where the authority keeps the account; null when it does not know it any more. */
export async function setAccountUrl(db: Db, id: string, url: string | null): Promise<void> {
  await db.update(acmeAccounts).set({ url }).where(eq(acmeAccounts.id, id))
}

export async function removeAccount(db: Db, id: string): Promise<void> {
  await db.delete(acmeAccounts).where(eq(acmeAccounts.id, id))
}

/** Orders of a directory since a time, for the limits of the authority. Those that never reached it are left out. */
export async function ordersSince(db: Db, directory: string, since: Date): Promise<Order[]> {
  return db
    .select({ host: acmeOrders.host, registered: acmeOrders.registered, placedAt: acmeOrders.placedAt, outcome: acmeOrders.outcome, reason: acmeOrders.reason })
    .from(acmeOrders)
    .where(and(eq(acmeOrders.directory, directory), gt(acmeOrders.placedAt, since), sql`${acmeOrders.url} is not null`))
    .orderBy(desc(acmeOrders.placedAt))
    .limit(20_000)
}

/** The last attempts for a domain, newest first. */
export async function attemptsFor(db: Db, domainId: string): Promise<OrderRow[]> {
  return db.select().from(acmeOrders).where(eq(acmeOrders.domainId, domainId)).orderBy(desc(acmeOrders.placedAt), desc(acmeOrders.id)).limit(20)
}

/** The newest attempt for a domain; null when there was none. */
export async function lastAttempt(db: Db, domainId: string): Promise<OrderRow | null> {
  return (await attemptsFor(db, domainId))[0] ?? null
}

/** Writes down that an order is about to be placed: a worker that dies in it is counted too. */
export async function beginAttempt(db: Db, row: Pick<OrderRow, 'directory' | 'domainId' | 'registered' | 'host' | 'placedAt'>): Promise<string> {
  const id = newId('acmeOrder')
  await db.insert(acmeOrders).values({ id, ...row, outcome: 'open' })
  return id
}

export async function setOrderUrl(db: Db, id: string, url: string): Promise<void> {
  await db.update(acmeOrders).set({ url }).where(eq(acmeOrders.id, id))
}

export async function endIssued(tx: Db, id: string, at: Date): Promise<void> {
  await tx.update(acmeOrders).set({ outcome: 'issued', reason: null, message: null, retryAfter: null, endedAt: at }).where(eq(acmeOrders.id, id))
}

export async function endFailed(tx: Db, id: string, end: Pick<CertificateFailure, 'reason' | 'message'> & { at: Date; retryAfter: Date }): Promise<void> {
  const { reason, message, retryAfter, at } = end
  await tx.update(acmeOrders).set({ outcome: 'failed', reason, message, retryAfter, endedAt: at }).where(eq(acmeOrders.id, id))
}

/** An attempt that its worker did not live to end. Nothing is known of why, and nothing is to be waited for. */
export async function abandon(tx: Db, id: string, at: Date): Promise<void> {
  await tx.update(acmeOrders).set({ outcome: 'failed', reason: null, message: null, retryAfter: at, endedAt: at }).where(eq(acmeOrders.id, id))
}

/**
 * Lets a domain be asked for again at once, because a person has changed something. What an authority has limited is
 * waited for all the same.
 */
export async function forgetPause(db: Db, domainId: string, now: Date): Promise<void> {
  await db.update(acmeOrders).set({ retryAfter: now }).where(and(eq(acmeOrders.domainId, domainId), eq(acmeOrders.outcome, 'failed'), gt(acmeOrders.retryAfter, now), sql`${acmeOrders.reason} is distinct from 'rate_limited'`))
}

/** Attempts that no limit counts any more, and those of domains that are gone as soon as that. Answers how many. */
export async function removeOldOrders(db: Db, before: Date): Promise<number> {
  const rows = await db.delete(acmeOrders).where(and(lt(acmeOrders.placedAt, before), sql`(${isNull(acmeOrders.domainId)} or exists (select 1 from acme_orders n where n.domain_id = ${acmeOrders.domainId} and n.placed_at > ${acmeOrders.placedAt}))`)).returning({ id: acmeOrders.id })
  return rows.length
}

/** Has a challenge shown. Done twice, it is there once. Answers its id. */
export async function addChallenge(db: Db, row: ChallengeRow): Promise<string> {
  const [kept] = await db
    .insert(acmeChallenges)
    .values(row)
    .onConflictDoUpdate({ target: [acmeChallenges.domainId, acmeChallenges.type, acmeChallenges.token], set: { expiresAt: row.expiresAt } })
    .returning({ id: acmeChallenges.id })
  return kept!.id
}

/** The challenges that are to be shown now. */
export async function shownChallenges(db: Db, now: Date): Promise<ChallengeRow[]> {
  return db.select().from(acmeChallenges).where(gt(acmeChallenges.expiresAt, now)).orderBy(acmeChallenges.id)
}

export async function removeChallenges(db: Db, domainId: string): Promise<number> {
  return (await db.delete(acmeChallenges).where(eq(acmeChallenges.domainId, domainId)).returning({ id: acmeChallenges.id })).length
}

/** Of workers that died. Answers how many. */
export async function removeExpiredChallenges(db: Db, now: Date): Promise<number> {
  return (await db.delete(acmeChallenges).where(lt(acmeChallenges.expiresAt, now)).returning({ id: acmeChallenges.id })).length
}
