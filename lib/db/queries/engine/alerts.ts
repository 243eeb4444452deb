import { and, eq, gt, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm'

import type { AlertRule } from '../../../domain/alert/rule'
import type { KeptAlert } from '../../../domain/alert/round'
import { QUIET_MS, type Silence } from '../../../domain/alert/tell'
import type { Db } from '../../connection'
import { alertDeliveries, alertRules, alerts, alertSilences } from '../../schema/alert'

type AlertRow = typeof alerts.$inferSelect

/** What is said of rules and silences, by environment. */
export async function saidOf(db: Db, now: Date): Promise<{ rules: Map<string, AlertRule[]>; silences: Map<string, Silence[]> }> {
  const rules = new Map<string, AlertRule[]>()
  for (const { environmentId, id: _id, updatedAt: _updatedAt, ...rule } of await db.select().from(alertRules)) rules.set(environmentId, [...(rules.get(environmentId) ?? []), rule])
  const silences = new Map<string, Silence[]>()
  for (const { environmentId, ruleKey, serviceId, until } of await db.select().from(alertSilences).where(gt(alertSilences.until, now))) silences.set(environmentId, [...(silences.get(environmentId) ?? []), { ruleKey, serviceId, until: until.getTime() }])
  return { rules, silences }
}

/** Environments with something that is pending or fires. */
export async function environmentsWithOpen(db: Db): Promise<Set<string>> {
  const rows = await db.selectDistinct({ id: alerts.environmentId }).from(alerts).where(ne(alerts.state, 'resolved'))
  return new Set(rows.map(({ id }) => id))
}

/** One round of an organization at a time, until the transaction ends. */
export async function lockRound(tx: Db, organizationId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`alerts:${organizationId}`}, 0))`)
}

/** What is open in these environments, and what was resolved lately. */
export async function keptOf(tx: Db, environmentIds: readonly string[], now: Date): Promise<Map<string, KeptAlert[]>> {
  const isNear = or(isNull(alerts.resolvedAt), gt(alerts.resolvedAt, new Date(now.getTime() - QUIET_MS)))
  const rows = await tx.select().from(alerts).where(and(inArray(alerts.environmentId, [...environmentIds]), isNear)).orderBy(alerts.id)
  const kept = new Map<string, KeptAlert[]>()
  for (const row of rows) kept.set(row.environmentId, [...(kept.get(row.environmentId) ?? []), toKept(row)])
  return kept
}

function toKept(row: AlertRow): KeptAlert {
  const { id, ruleKey, kind, subjectId, subjectName, serviceId, threshold, forSeconds, flaps, value } = row
  const held = row.state === 'resolved' ? null : { state: row.state, countedMs: row.countedMs, lookedAt: row.lookedAt.getTime(), isSeen: row.isSeen, value }
  return { id, ruleKey, kind, subjectId, subjectName, serviceId, threshold, forSeconds, since: row.since.getTime(), firedAt: row.firedAt?.getTime() ?? null, resolvedAt: row.resolvedAt?.getTime() ?? null, end: row.ended, flaps, held, value, told: { last: row.told, firingAt: row.toldFiringAt?.getTime() ?? null }, toldTo: row.toldTo }
}

/** Writes what a round said; what is dropped first, because what came back takes its place. */
export async function keep(tx: Db, { organizationId, environmentId }: { organizationId: string; environmentId: string }, outcome: { changed: readonly KeptAlert[]; dropped: readonly string[]; at: Date }): Promise<void> {
  if (outcome.dropped.length > 0) await tx.delete(alerts).where(inArray(alerts.id, [...outcome.dropped]))
  for (const alert of outcome.changed) {
    const { id, ruleKey, kind, subjectId, serviceId, ...rest } = toRow(alert, outcome.at)
    await tx.insert(alerts).values({ id, organizationId, environmentId, ruleKey, kind, subjectId, serviceId, ...rest }).onConflictDoUpdate({ target: alerts.id, set: rest })
  }
}

function toRow(alert: KeptAlert, at: Date) {
  const { id, ruleKey, kind, subjectId, subjectName, serviceId, threshold, forSeconds, flaps, value, held, told } = alert
  const date = (ms: number | null) => (ms === null ? null : new Date(ms))
  return {
    id,
    ruleKey,
    kind,
    subjectId,
    subjectName,
    serviceId,
    threshold,
    forSeconds,
    flaps,
    value,
    state: held?.state ?? ('resolved' as const),
    since: new Date(alert.since),
    firedAt: date(alert.firedAt),
    resolvedAt: held === null ? date(alert.resolvedAt) : null,
    ended: held === null ? alert.end : null,
    countedMs: held?.countedMs ?? 0,
    lookedAt: held === null ? at : new Date(held.lookedAt),
    isSeen: held?.isSeen ?? false,
    told: told.last,
    toldFiringAt: date(told.firingAt),
    toldTo: alert.toldTo === null ? null : [...alert.toldTo],
  }
}

/** Forgets what ended long ago. */
export async function removeOldAlerts(db: Db, before: { alerts: Date; deliveries: Date }): Promise<void> {
  await db.delete(alerts).where(and(eq(alerts.state, 'resolved'), lt(alerts.resolvedAt, before.alerts)))
  await db.delete(alertDeliveries).where(and(ne(alertDeliveries.status, 'queued'), lt(alertDeliveries.createdAt, before.deliveries)))
  await db.delete(alertSilences).where(lt(alertSilences.until, before.deliveries))
}
