import { and, asc, count, desc, eq, gt, lt, ne, sql } from 'drizzle-orm'

import type { AlertState } from '../../domain/alert/kind'
import type { AlertRule } from '../../domain/alert/rule'
import type { Silence } from '../../domain/alert/tell'
import type { Db } from '../connection'
import { users } from '../schema/account'
import { alertRules, alerts, alertSilences } from '../schema/alert'
import { environments, projects, services } from '../schema/desired'

export type AlertRow = { alert: typeof alerts.$inferSelect; service: { id: string; name: string } | null; environment: { id: string; name: string }; project: { id: string; name: string } }
export type AlertFilter = { organizationId: string; environmentId?: string | undefined; serviceId?: string | undefined; state?: AlertState | undefined; before: string | null; limit: number }

/** Alerts of an organization, the newest first; what is only pending when it is asked for. */
export async function page(db: Db, { organizationId, environmentId, serviceId, state, before, limit }: AlertFilter): Promise<AlertRow[]> {
  const isMeant = and(
    eq(alerts.organizationId, organizationId),
    environmentId === undefined ? undefined : eq(alerts.environmentId, environmentId),
    serviceId === undefined ? undefined : eq(alerts.serviceId, serviceId),
    state === undefined ? ne(alerts.state, 'pending') : eq(alerts.state, state),
    before === null ? undefined : lt(alerts.id, before),
  )
  return db
    .select({ alert: alerts, service: { id: services.id, name: services.name }, environment: { id: environments.id, name: environments.name }, project: { id: projects.id, name: projects.name } })
    .from(alerts)
    .innerJoin(environments, eq(environments.id, alerts.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .leftJoin(services, eq(services.id, alerts.serviceId))
    .where(isMeant)
    .orderBy(desc(alerts.id))
    .limit(limit)
}

/** Silences of an organization that are in force, by environment. */
export async function silencesOfOrganization(db: Db, organizationId: string, now: Date): Promise<Map<string, Silence[]>> {
  const rows = await db
    .select({ environmentId: alertSilences.environmentId, ruleKey: alertSilences.ruleKey, serviceId: alertSilences.serviceId, until: alertSilences.until })
    .from(alertSilences)
    .innerJoin(environments, eq(environments.id, alertSilences.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(eq(projects.organizationId, organizationId), gt(alertSilences.until, now)))
  const silences = new Map<string, Silence[]>()
  for (const { environmentId, ruleKey, serviceId, until } of rows) silences.set(environmentId, [...(silences.get(environmentId) ?? []), { ruleKey, serviceId, until: until.getTime() }])
  return silences
}

/** What is said of the rules of an environment. */
export async function rulesOf(db: Db, environmentId: string): Promise<AlertRule[]> {
  const rows = await db.select().from(alertRules).where(eq(alertRules.environmentId, environmentId)).orderBy(asc(alertRules.id))
  return rows.map(({ key, kind, serviceId, isOn, threshold, forSeconds, repeatMinutes, channelIds }) => ({ key, kind, serviceId, isOn, threshold, forSeconds, repeatMinutes, channelIds }))
}

/** Names of the services of an environment that are not being deleted. */
export async function serviceNames(db: Db, environmentId: string): Promise<Map<string, string>> {
  const rows = await db.select({ id: services.id, name: services.name }).from(services).where(and(eq(services.environmentId, environmentId), ne(services.desired, 'deleted')))
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Keeps a rule, over a former one of its key. */
export async function saveRule(tx: Db, { id, environmentId, rule, now }: { id: string; environmentId: string; rule: AlertRule; now: Date }): Promise<void> {
  const row = { ...rule, channelIds: rule.channelIds === null ? null : [...rule.channelIds], updatedAt: now }
  await tx.insert(alertRules).values({ id, environmentId, ...row }).onConflictDoUpdate({ target: [alertRules.environmentId, alertRules.key], set: row })
}

/** False when nothing was kept of it. */
export async function removeRule(tx: Db, environmentId: string, key: string): Promise<boolean> {
  const rows = await tx.delete(alertRules).where(and(eq(alertRules.environmentId, environmentId), eq(alertRules.key, key))).returning({ id: alertRules.id })
  return rows.length > 0
}

export type SilenceRow = { silence: typeof alertSilences.$inferSelect; service: { id: string; name: string } | null; createdBy: string | null }

/** Silences of an environment that are in force, the one that ends first before the others; or one of them. */
export async function silencesOf(db: Db, environmentId: string, now: Date): Promise<SilenceRow[]> {
  return db
    .select({ silence: alertSilences, service: { id: services.id, name: services.name }, createdBy: users.name })
    .from(alertSilences)
    .leftJoin(services, eq(services.id, alertSilences.serviceId))
    .leftJoin(users, eq(users.id, alertSilences.createdBy))
    .where(and(eq(alertSilences.environmentId, environmentId), gt(alertSilences.until, now)))
    .orderBy(asc(alertSilences.until))
    .limit(200)
}

export async function countSilences(tx: Db, environmentId: string, now: Date): Promise<number> {
  const [row] = await tx.select({ n: count() }).from(alertSilences).where(and(eq(alertSilences.environmentId, environmentId), gt(alertSilences.until, now)))
  return row!.n
}

/** Ends a silence; null when there is none that is in force. */
export async function endSilence(tx: Db, environmentId: string, { id, now }: { id: string; now: Date }): Promise<{ serviceId: string | null } | null> {
  const [row] = await tx
    .update(alertSilences)
    .set({ until: now })
    .where(and(eq(alertSilences.id, id), eq(alertSilences.environmentId, environmentId), sql`${alertSilences.until} > ${now.toISOString()}::timestamptz`))
    .returning({ serviceId: alertSilences.serviceId })
  return row ?? null
}
