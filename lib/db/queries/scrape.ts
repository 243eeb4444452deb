import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { environments, projects, services } from '../schema/desired'
import { workloads, workloadUses } from '../schema/observed'

// What is told to a Prometheus that asks: as few series as there are parts of services. All runs of a service are one part, and so are versions that run
// side by side, or every deployment would be a series of its own for ever.

export type Whose = { /** Null: of all. */ organizationIds: readonly string[] | null; limit: number }
export type Part = { project: string; environment: string; environmentId: string; service: string; serviceId: string; part: string }
export type PartUse = Part & { memoryBytes: number; memoryLimitBytes: number | null; cpuMilli: number | null; processes: number | null; receivedBytes: number | null; sentBytes: number | null }

/** What parts of services were measured to use, after this time. */
export async function usesToTell(db: Db, { organizationIds, limit }: Whose, after: Date): Promise<PartUse[]> {
  const u = workloadUses
  const part = sql<string>`case when ${u.part} like 'run\\_%' then 'run' else ${u.part} end`
  const sum = (column: (typeof u)['memoryBytes' | 'cpuMilli' | 'pids' | 'receivedBytes' | 'sentBytes']) => sql<number | null>`sum(${column})::float8`
  return db
    .select({ ...place, part, memoryBytes: sql<number>`sum(${u.memoryBytes})::float8`, memoryLimitBytes: sql<number | null>`case when count(*) = count(${u.memoryLimitBytes}) then sum(${u.memoryLimitBytes}) end::float8`, cpuMilli: sum(u.cpuMilli), processes: sum(u.pids), receivedBytes: sum(u.receivedBytes), sentBytes: sum(u.sentBytes) })
    .from(u)
    .innerJoin(services, eq(services.id, u.serviceId))
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(sql`${u.at} > ${after.toISOString()}::timestamptz`, isNull(environments.deletedAt), isNull(projects.deletedAt), organizationIds === null ? undefined : inArray(projects.organizationId, [...organizationIds])))
    .groupBy(projects.name, environments.name, environments.id, services.name, services.id, part)
    .orderBy(asc(services.id), part)
    .limit(limit)
}

/** How often what runs of services was started again. */
export async function restartsToTell(db: Db, { organizationIds, limit }: Whose): Promise<(Part & { restarts: number })[]> {
  return db
    .select({ ...place, part: workloads.part, restarts: sql<number>`sum(${workloads.restarts})::int` })
    .from(workloads)
    .innerJoin(services, eq(services.id, workloads.serviceId))
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .where(and(eq(workloads.role, 'service'), isNull(environments.deletedAt), isNull(projects.deletedAt), organizationIds === null ? undefined : inArray(projects.organizationId, [...organizationIds])))
    .groupBy(projects.name, environments.name, environments.id, services.name, services.id, workloads.part)
    .orderBy(asc(services.id), asc(workloads.part))
    .limit(limit)
}

const place = { project: projects.name, environment: environments.name, environmentId: environments.id, service: services.name, serviceId: services.id }
