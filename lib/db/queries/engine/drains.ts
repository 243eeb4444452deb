import { and, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm'

import type { LogLineView } from '../../../contract/log'
import type { DrainTest } from '../../../domain/drain/settings'
import type { Db } from '../../connection'
import { organizations } from '../../schema/account'
import { deployments } from '../../schema/deployment'
import { environments, projects, services } from '../../schema/desired'
import { drains } from '../../schema/drain'
import { COLUMNS, foundLine } from '../log-search'

export type DrainRow = typeof drains.$inferSelect

/** Every drain that may have something to send, or a test. Those that waited the longest for a try come first. */
export function activeDrains(db: Db, now: Date): Promise<Pick<DrainRow, 'id' | 'isPaused' | 'retryAt' | 'test'>[]> {
  const { id, isPaused, retryAt, test } = drains
  const isDue = sql`(not ${isPaused} and (${retryAt} is null or ${retryAt} <= ${now.toISOString()}::timestamptz))`
  return db.select({ id, isPaused, retryAt, test }).from(drains).where(sql`${isDue} or ${test} ->> 'status' = 'queued'`).orderBy(sql`${retryAt} nulls first`, id).limit(5_000)
}

export async function drainById(db: Db, id: string): Promise<DrainRow | null> {
  const [row] = await db.select().from(drains).where(eq(drains.id, id))
  return row ?? null
}

/**
 * Sees to it that every service is followed by the drains of its environment, project and organization, also while those are paused or fail: its lines may outlive it. One that is met for the first
 * time begins where the drain does.
 */
export async function followServices(db: Db): Promise<void> {
  await db.execute(sql`
    insert into drain_cursors (drain_id, service_id, environment_id, line_id)
    select d.id, s.id, e.id, d.from_id from drains d join projects p on p.organization_id = d.organization_id join environments e on e.project_id = p.id join services s on s.environment_id = e.id
    where (d.project_id is null or d.project_id = p.id) and (d.environment_id is null or d.environment_id = e.id)
      and not exists (select 1 from drain_cursors c where c.drain_id = d.id and c.service_id = s.id)
    on conflict do nothing`)
}

/** Forgets how far services were followed that are gone, and of which nothing is left to send. */
export async function forgetServices(db: Db): Promise<void> {
  await db.execute(sql`
    delete from drain_cursors c where not exists (select 1 from services s where s.id = c.service_id)
      and not exists (select 1 from log_lines l where l.service_id = c.service_id and l.environment_id = c.environment_id and l.id > c.line_id)`)
}

export type WaitingLine = LogLineView & { serviceId: string; environmentId: string; /** How far its service was sent before this page. */ after: bigint }

/** The first lines that wait in a drain, by id: of each service in the order in which they were stored. At least one, and no more than so many bytes. */
export async function waitingLines(db: Db, drainId: string, { lines, bytes }: { lines: number; bytes: number }): Promise<WaitingLine[]> {
  const rows = await db.execute<Parameters<typeof foundLine>[0] & { environmentId: string; after: string }>(sql`
    with page as (
      select l.*, c.line_id::text as after from drain_cursors c join environments e on e.id = c.environment_id and e.deleted_at is null
      cross join lateral (
        select log_lines.id as "order", ${COLUMNS}, environment_id as "environmentId", octet_length(text) + coalesce(octet_length(message), 0) + coalesce(pg_column_size(attributes), 0) as bytes
        from log_lines where service_id = c.service_id and environment_id = c.environment_id and log_lines.id > c.line_id order by log_lines.id limit ${lines}) l
      where c.drain_id = ${drainId} order by l."order" limit ${lines})
    select * from (select *, sum(bytes) over (order by "order" rows unbounded preceding) - bytes as held from page) measured where held < ${bytes} order by "order"`)
  return rows.map((row) => ({ ...foundLine(row).view, serviceId: row.serviceId!, environmentId: row.environmentId, after: BigInt(row.after) }))
}

type Place = { organization: { id: string; name: string }; project: { id: string; name: string }; environment: { id: string; name: string } }
export type Names = { places: ReadonlyMap<string, Place>; services: ReadonlyMap<string, string>; deployments: ReadonlyMap<string, number> }

/** What everything is called now that lines or samples are of. */
export async function namesFor(db: Db, ids: { environments: Iterable<string>; services: Iterable<string>; deployments: Iterable<string> }): Promise<Names> {
  const unique = (all: Iterable<string>) => [...new Set(all)]
  const rows = await db
    .select({ environment: { id: environments.id, name: environments.name }, project: { id: projects.id, name: projects.name }, organization: { id: organizations.id, name: organizations.name } })
    .from(environments)
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .innerJoin(organizations, eq(organizations.id, projects.organizationId))
    .where(inArray(environments.id, unique(ids.environments)))
  const ofServices = await db.select({ id: services.id, name: services.name }).from(services).where(inArray(services.id, unique(ids.services)))
  const ofDeployments = await db.select({ id: deployments.id, number: deployments.number }).from(deployments).where(inArray(deployments.id, unique(ids.deployments)))
  return { places: new Map(rows.map((row) => [row.environment.id, row])), services: new Map(ofServices.map(({ id, name }) => [id, name])), deployments: new Map(ofDeployments.map(({ id, number }) => [id, number])) }
}

/** Environments whose samples a drain sends. */
export async function environmentsOf(db: Db, { organizationId, projectId, environmentId }: DrainRow): Promise<string[]> {
  const rows = await db
    .select({ id: environments.id })
    .from(environments)
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(eq(projects.organizationId, organizationId), isNull(environments.deletedAt), isNull(projects.deletedAt), projectId === null ? undefined : eq(projects.id, projectId), environmentId === null ? undefined : eq(environments.id, environmentId)))
    .orderBy(environments.id)
  return rows.map(({ id }) => id)
}

type Which = Pick<DrainRow, 'id' | 'version'>
const isStill = ({ id, version }: Which) => and(eq(drains.id, id), eq(drains.version, version))

/** `moves`: of each service, from which line to which. */
export type Advance = { moves: ReadonlyMap<string, { from: bigint; to: bigint }>; sent: number; refused: { lines: number; message: string } | null; at: Date }

/** Writes how far lines were sent. False when somebody else was there meanwhile or the drain was changed: then nothing is written. */
export async function advance(db: Db, drain: Which, { moves, sent, refused, at }: Advance): Promise<boolean> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(drains)
      .set({ sentLines: sql`${drains.sentLines} + ${sent}`, ...(sent > 0 ? { sentAt: at } : {}), ...(refused === null ? {} : { refusedLines: sql`${drains.refusedLines} + ${refused.lines}`, refusedAnswer: refused.message }) })
      .where(isStill(drain))
      .returning({ id: drains.id })
    if (!row) return false
    const rows = [...moves].map(([serviceId, { from, to }]) => ({ s: serviceId, f: from.toString(), t: to.toString() }))
    const moved = await tx.execute(sql`
      update drain_cursors c set line_id = m.t from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as m (s text, f bigint, t bigint)
      where c.drain_id = ${drain.id} and c.service_id = m.s and c.line_id = m.f returning 1`)
    if (moved.length !== rows.length) throw new Overtaken()
    return true
  }).catch((error: unknown) => {
    if (error instanceof Overtaken) return false
    throw error
  })
}

class Overtaken extends Error {}

/** Writes up to when samples were sent. False as above. */
export async function advanceMetrics(db: Db, drain: Which, { from, to, at }: { from: Date; to: Date; /** Null where nothing was sent. */ at: Date | null }): Promise<boolean> {
  const rows = await db.update(drains).set({ metricsTo: to, ...(at === null ? {} : { sentAt: at }) }).where(and(isStill(drain), eq(drains.metricsTo, from))).returning({ id: drains.id })
  return rows.length === 1
}

/** Writes that everything gets through. Answers whether people were told that it did not. */
export async function noteWell(db: Db, drain: Which): Promise<boolean> {
  const [row] = await db.execute<{ told: boolean }>(sql`
    with former as (select id, is_told_failing from drains where id = ${drain.id} and version = ${drain.version} and failing_since is not null for update)
    update drains d set failing_since = null, last_error = null, attempts = 0, retry_at = null, is_told_failing = false from former where d.id = former.id returning former.is_told_failing as told`)
  return row?.told ?? false
}

/** Writes that nothing gets through. Answers since when, or null when the drain was changed meanwhile. */
export async function noteFailing(db: Db, drain: Which, { answer, at, retryAt }: { answer: string; at: Date; retryAt: Date }): Promise<{ since: Date; isTold: boolean } | null> {
  const [row] = await db
    .update(drains)
    .set({ failingSince: sql`coalesce(${drains.failingSince}, ${at.toISOString()}::timestamptz)`, lastError: answer, attempts: sql`${drains.attempts} + 1`, retryAt })
    .where(isStill(drain))
    .returning({ since: drains.failingSince, isTold: drains.isToldFailing })
  return row ? { since: row.since!, isTold: row.isTold } : null
}

/** Notes that people are told. False when they were. */
export async function markTold(tx: Db, id: string): Promise<boolean> {
  const rows = await tx.update(drains).set({ isToldFailing: true }).where(and(eq(drains.id, id), eq(drains.isToldFailing, false))).returning({ id: drains.id })
  return rows.length === 1
}

/** Writes how a test ended. What gets through mends what was said to fail. */
export async function recordTest(db: Db, drain: Which, { test, at }: { test: DrainTest; at: Date }): Promise<void> {
  await db.update(drains).set({ test, ...(test.status === 'sent' ? { sentAt: at, retryAt: null } : {}) }).where(isStill(drain))
  // One of former settings is over as well.
  await db.update(drains).set({ test }).where(and(eq(drains.id, drain.id), sql`${drains.test} ->> 'status' = 'queued'`))
}

/** Counts lines that are about to be removed and were not sent yet: of a day, of a service up to an id, or those without a day before a time. */
export async function noteLost(tx: Db, lines: { day: string } | { serviceId: string; upTo: bigint } | { before: Date }): Promise<void> {
  const table = 'day' in lines ? await tableOf(tx, lines.day) : 'before' in lines ? sql`log_lines_default` : sql`log_lines`
  if (table === null) return
  const which = 'day' in lines ? sql`true` : 'before' in lines ? sql`l.at < ${lines.before.toISOString()}::timestamptz` : sql`c.service_id = ${lines.serviceId} and l.id <= ${lines.upTo.toString()}::bigint`
  await tx.execute(sql`
    update drains d set lost_lines = d.lost_lines + lost.n, lost_from = least(d.lost_from, lost.first), lost_until = greatest(d.lost_until, lost.last)
    from (select c.drain_id, count(*) as n, min(l.at) as first, max(l.at) as last from drain_cursors c join ${table} l on l.service_id = c.service_id and l.environment_id = c.environment_id and l.id > c.line_id
      where ${which} group by c.drain_id) lost where d.id = lost.drain_id`)
}

async function tableOf(tx: Db, day: string): Promise<SQL | null> {
  const name = `log_lines_${day.replaceAll('-', '')}`
  const [row] = await tx.execute<{ found: boolean }>(sql`select to_regclass(${name}) is not null as found`)
  return row!.found ? sql`${sql.identifier(name)}` : null
}
