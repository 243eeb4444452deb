import { inArray, eq } from 'drizzle-orm'

import type { Db } from '../db/connection'
import type { WatchedEnvironment } from '../db/queries/engine/watched'
import { organizations } from '../db/schema/account'
import { projects, services } from '../db/schema/desired'
import type { ToldAlert } from '../domain/alert/channel'
import { ALERT_KIND } from '../domain/alert/kind'
import type { KeptAlert } from '../domain/alert/round'
import type { ToldNow } from '../domain/alert/tell'
import { alertWords, ruleWords } from '../domain/alert/words'

export type Telling = { environment: WatchedEnvironment; alert: KeptAlert; what: ToldNow }
export type Names = { projects: ReadonlyMap<string, string>; services: ReadonlyMap<string, string>; publicUrl: string }

/** What everything is called that a message names. */
export async function placesOf(db: Db, organizationId: string, told: readonly Telling[]): Promise<{ organization: { id: string; name: string }; projects: Map<string, string>; services: Map<string, string> }> {
  const projectIds = [...new Set(told.map(({ environment }) => environment.projectId))]
  const serviceIds = [...new Set(told.flatMap(({ alert }) => alert.serviceId ?? []))]
  const [organization] = await db.select({ id: organizations.id, name: organizations.name }).from(organizations).where(eq(organizations.id, organizationId))
  const projectRows = await db.select({ id: projects.id, name: projects.name }).from(projects).where(inArray(projects.id, projectIds))
  const serviceRows = serviceIds.length === 0 ? [] : await db.select({ id: services.id, name: services.name }).from(services).where(inArray(services.id, serviceIds))
  const names = (rows: readonly { id: string; name: string }[]) => new Map(rows.map(({ id, name }) => [id, name]))
  return { organization: organization ?? { id: organizationId, name: organizationId }, projects: names(projectRows), services: names(serviceRows) }
}

/** An alert as people are told of it. */
export function describe({ environment, alert, what }: Telling, names: Names): ToldAlert {
  const { id, kind, ruleKey, subjectName, serviceId, value, threshold, forSeconds, flaps, end } = alert
  const { unit } = ALERT_KIND[kind]
  const { projectId, environmentId } = environment
  const service = serviceId === null ? undefined : names.services.get(serviceId)
  const time = (ms: number) => new Date(ms).toISOString()
  return {
    id,
    what,
    kind,
    summary: alertWords({ kind, subject: subjectName, value, threshold, forSeconds, state: what === 'resolved' ? 'resolved' : 'firing' }),
    rule: { key: ruleKey, words: ruleWords({ kind, threshold, forSeconds }) },
    subject: subjectName,
    service: serviceId === null || service === undefined ? null : { id: serviceId, name: service },
    project: { id: projectId, name: names.projects.get(projectId) ?? projectId },
    environment: { id: environmentId, name: environment.environmentName },
    value: unit === null ? null : value,
    threshold: unit === null ? null : threshold,
    unit,
    since: time(alert.since),
    firedAt: time(alert.firedAt ?? alert.since),
    resolvedAt: alert.resolvedAt === null || what !== 'resolved' ? null : time(alert.resolvedAt),
    end: what === 'resolved' ? end : null,
    flaps,
    url: `${names.publicUrl}/${projectId}/${environmentId}${service === undefined ? '' : `/${serviceId}`}`,
  }
}
