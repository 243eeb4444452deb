import { and, eq, sql } from 'drizzle-orm'

import type { TargetKind } from '../../domain/target'
import type { Db } from '../connection'
import { deployments } from '../schema/deployment'
import { environments } from '../schema/desired'
import { workloads } from '../schema/observed'
import { targets } from '../schema/target'
import { terminalTickets } from '../schema/terminal'

/** Something that runs, with the name the runtime knows it by. */
export type RunningRow = { workload: string; part: string; deploymentId: string; deploymentNumber: number; startedAt: Date | null }

const MOST = 200

/** What was last seen running of a service: replicas and jobs, also of a version on its way. */
export async function running(db: Db, serviceId: string): Promise<RunningRow[]> {
  return db
    .select({ workload: workloads.name, part: workloads.part, deploymentId: workloads.deploymentId, deploymentNumber: deployments.number, startedAt: workloads.startedAt })
    .from(workloads)
    .innerJoin(deployments, eq(deployments.id, workloads.deploymentId))
    .where(and(eq(workloads.serviceId, serviceId), sql`${workloads.phase} <> 'exited'`))
    .limit(MOST)
}

/** What the environment runs on. */
export async function targetOf(db: Db, environmentId: string): Promise<{ name: string; kind: TargetKind }> {
  const [row] = await db.select({ name: targets.name, kind: targets.kind }).from(environments).innerJoin(targets, eq(targets.id, environments.targetId)).where(eq(environments.id, environmentId))
  return row!
}

export async function insert(tx: Db, row: typeof terminalTickets.$inferInsert): Promise<void> {
  await tx.insert(terminalTickets).values(row)
}
