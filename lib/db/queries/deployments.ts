import { and, desc, eq, getTableColumns, inArray, lt, max, sql } from 'drizzle-orm'

import { RestartSettings, type CronSettings } from '../../contract/service-settings'
import { PROGRESSING, statusesBefore, type DeploymentStatus } from '../../domain/deployment-status'
import type { Db } from '../connection'
import { users } from '../schema/account'
import { artifacts, deployments, type ArtifactImage } from '../schema/deployment'
import { services } from '../schema/desired'

const { variablesSealed: _variables, environmentSealed: _environment, ...shown } = getTableColumns(deployments)

/** A deployment without what is sealed in it. */
export type DeploymentRow = Omit<typeof deployments.$inferSelect, 'variablesSealed' | 'environmentSealed'>
/** With what its view needs besides: host label, author, and whether its build is still there. */
export type ShownDeployment = DeploymentRow & {
  hostLabel: string
  environmentId: string
  person: { id: string; name: string; email: string } | null
  artifact: 'none' | 'kept' | 'removed'
  /** What is known of its image; null for a folder. */
  image: (ArtifactImage & { sizeBytes: number }) | null
}
/** What a node needs of a deployment. */
export type DeploymentBrief = Pick<
  DeploymentRow,
  'id' | 'serviceId' | 'number' | 'status' | 'configRevision' | 'createdAt' | 'startedAt' | 'releasedAt' | 'activatedAt' | 'finishedAt' | 'failureReason' | 'failureMessage'
> & {
  framework: string | null
  /** What its frozen settings make it do. */
  replicas: number
  restart: RestartSettings
  cron: CronSettings | null
}

const DEFAULT_RESTART = RestartSettings.parse({})

/** The newest deployment of each of these services, and those of `alsoIds`, by id. */
export async function newestAnd(db: Db, serviceIds: readonly string[], alsoIds: readonly string[]): Promise<DeploymentBrief[]> {
  if (serviceIds.length === 0) return []
  // One look into the index of numbers per service, rather than all deployments that ever were; for the same reason no `or`.
  const newest = sql`select (select d.id from deployments d where d.service_id = s.id order by d.number desc limit 1) from ${services} s where s.id in ${[...serviceIds]}`
  const also = sql`select json_array_elements_text(${JSON.stringify(alsoIds)}::json)`
  const d = deployments
  return db
    .select({
      id: d.id,
      serviceId: d.serviceId,
      number: d.number,
      status: d.status,
      configRevision: d.configRevision,
      createdAt: d.createdAt,
      startedAt: d.startedAt,
      releasedAt: d.releasedAt,
      activatedAt: d.activatedAt,
      finishedAt: d.finishedAt,
      failureReason: d.failureReason,
      failureMessage: d.failureMessage,
      framework: sql<string | null>`${d.recipe} ->> 'framework'`,
      replicas: sql<number>`coalesce((${d.spec} -> 'settings' ->> 'replicas')::int, 1)`,
      restart: sql<RestartSettings>`coalesce(${d.spec} -> 'settings' -> 'restart', ${JSON.stringify(DEFAULT_RESTART)}::jsonb)`,
      cron: sql<CronSettings | null>`${d.spec} -> 'settings' -> 'cron'`,
    })
    .from(d)
    .where(sql`${d.id} in (${newest} union ${also})`)
}

/** A deployment of a service that is not being deleted. */
export async function find(db: Db, id: string): Promise<ShownDeployment | null> {
  const [row] = await select(db).where(and(eq(deployments.id, id), sql`${services.desired} <> 'deleted'`))
  return row ?? null
}

/** Newest first; `before` is a number. */
export function page(db: Db, serviceId: string, { before, limit }: { before: number | null; limit: number }): Promise<ShownDeployment[]> {
  return select(db)
    .where(and(eq(deployments.serviceId, serviceId), before === null ? undefined : lt(deployments.number, before)))
    .orderBy(desc(deployments.number))
    .limit(limit)
}

/** The number of the next deployment; hold the service before asking. */
export async function nextNumber(tx: Db, serviceId: string): Promise<number> {
  const [row] = await tx.select({ n: max(deployments.number) }).from(deployments).where(eq(deployments.serviceId, serviceId))
  return (row!.n ?? 0) + 1
}

export async function insert(tx: Db, row: typeof deployments.$inferInsert): Promise<void> {
  await tx.insert(deployments).values(row)
}

/** What the variables of the platform say of a deployment. */
export async function briefOf(db: Db, id: string): Promise<{ id: string; number: number; commit: string } | null> {
  const [row] = await db.select({ id: deployments.id, number: deployments.number, revision: deployments.revision }).from(deployments).where(eq(deployments.id, id))
  return row ? { id: row.id, number: row.number, commit: row.revision?.commit ?? '' } : null
}

/** Variables as they were frozen, sealed. */
export async function frozenVariables(db: Db, id: string): Promise<string | null> {
  const [row] = await db.select({ sealed: deployments.variablesSealed }).from(deployments).where(eq(deployments.id, id))
  return row?.sealed ?? null
}

/** What those of an environment were frozen with that may yet be released, or are compared with what is set. Held until the transaction ends. */
export async function holdFrozen(tx: Db, environmentId: string): Promise<{ id: string; sealed: string }[]> {
  const newest = sql`select max(d.number) from deployments d where d.service_id = ${deployments.serviceId}`
  return tx
    .select({ id: deployments.id, sealed: deployments.variablesSealed })
    .from(deployments)
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .leftJoin(artifacts, eq(artifacts.id, deployments.artifactId))
    .where(and(eq(services.environmentId, environmentId), sql`(${inArray(deployments.status, [...PROGRESSING, 'active'])} or (${artifacts.id} is not null and ${artifacts.removedAt} is null) or ${deployments.number} = (${newest}))`))
    .orderBy(deployments.id)
    .for('no key update', { of: deployments })
}

/** Writes what a deployment was frozen with in other words. Hold it before. */
export async function refreeze(tx: Db, id: string, variablesSealed: string): Promise<void> {
  await tx.update(deployments).set({ variablesSealed }).where(eq(deployments.id, id))
}

/** Ends those of a service that wait for a builder. */
export function supersedeQueued(tx: Db, serviceId: string, at: Date): Promise<{ id: string; number: number }[]> {
  return tx
    .update(deployments)
    .set({ status: 'superseded', finishedAt: at })
    .where(and(eq(deployments.serviceId, serviceId), eq(deployments.status, 'queued')))
    .returning({ id: deployments.id, number: deployments.number })
}

/** Moves a deployment that still progresses to cancelled. False when something else came first. */
export async function cancel(tx: Db, id: string, at: Date): Promise<boolean> {
  const rows = await tx
    .update(deployments)
    .set({ status: 'cancelled', finishedAt: at })
    .where(and(eq(deployments.id, id), inArray(deployments.status, statusesBefore('cancelled'))))
    .returning({ id: deployments.id })
  return rows.length > 0
}

/** Cancels whatever of these services still progresses. */
export function cancelAll(tx: Db, serviceIds: readonly string[], at: Date): Promise<{ id: string; serviceId: string; number: number }[]> {
  if (serviceIds.length === 0) return Promise.resolve([])
  return tx
    .update(deployments)
    .set({ status: 'cancelled', finishedAt: at })
    .where(and(inArray(deployments.serviceId, [...serviceIds]), inArray(deployments.status, [...PROGRESSING])))
    .returning({ id: deployments.id, serviceId: deployments.serviceId, number: deployments.number })
}

export async function statusOf(db: Db, id: string): Promise<DeploymentStatus | null> {
  const [row] = await db.select({ status: deployments.status }).from(deployments).where(eq(deployments.id, id))
  return row?.status ?? null
}

function select(db: Db) {
  return db
    .select({
      ...shown,
      hostLabel: services.hostLabel,
      environmentId: services.environmentId,
      person: { id: users.id, name: users.name, email: users.email },
      artifact: sql<'none' | 'kept' | 'removed'>`case when ${artifacts.id} is null then 'none' when ${artifacts.removedAt} is null then 'kept' else 'removed' end`,
      image: sql<ShownDeployment['image']>`case when ${artifacts.kind} = 'image' then ${artifacts.image} || jsonb_build_object('sizeBytes', ${artifacts.sizeBytes}) end`,
    })
    .from(deployments)
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .leftJoin(users, eq(users.id, deployments.createdBy))
    .leftJoin(artifacts, eq(artifacts.id, deployments.artifactId))
}

/** Which of these numbers deployments of an environment have. */
export async function numbersOf(db: Db, environmentId: string, numbers: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectDistinct({ number: deployments.number })
    .from(deployments)
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .where(and(eq(services.environmentId, environmentId), sql`${deployments.number}::numeric in ${[...numbers]}`))
  return rows.map(({ number }) => number)
}

/** The numbers of those of these deployments that are of an environment. */
export async function numbersOfDeployments(db: Db, environmentId: string, ids: readonly string[]): Promise<{ id: string; number: number }[]> {
  if (ids.length === 0) return []
  return db
    .select({ id: deployments.id, number: deployments.number })
    .from(deployments)
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .where(and(eq(services.environmentId, environmentId), inArray(deployments.id, [...ids])))
}

const MOST_MOMENTS = 200

export type Moments = { environmentId: string; serviceId: string | null; from: Date; until: Date }

/** When deployments of an environment began to serve, or failed: the newest ones of a window, oldest first. */
export async function between(db: Db, { environmentId, serviceId, from, until }: Moments) {
  const at = sql<Date>`coalesce(${deployments.activatedAt}, ${deployments.finishedAt})`.mapWith(deployments.activatedAt)
  const rows = await db
    .select({ id: deployments.id, serviceId: deployments.serviceId, number: deployments.number, status: deployments.status, at })
    .from(deployments)
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .where(
      and(
        eq(services.environmentId, environmentId),
        serviceId === null ? undefined : eq(services.id, serviceId),
        sql`(${deployments.activatedAt} is not null or ${deployments.status} = 'failed')`,
        sql`${at} >= ${from.toISOString()}::timestamptz and ${at} < ${until.toISOString()}::timestamptz`,
      ),
    )
    .orderBy(desc(at), desc(deployments.id))
    .limit(MOST_MOMENTS)
  return rows.reverse()
}
