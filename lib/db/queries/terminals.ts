import { and, eq, gt, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { deployments } from '../schema/deployment'
import { heartbeats, workloads } from '../schema/observed'
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

/** Whether a living worker has said that what the environment runs on takes terminals. */
export async function offersTerminals(db: Db, _environmentId: string): Promise<{ offered: boolean; target: string }> {
  const isRecent = gt(heartbeats.at, sql`now() - interval '15 seconds'`)
  const rows = await db.select({ exec: sql<boolean>`coalesce((${heartbeats.detail} ->> 'exec')::boolean, false)` }).from(heartbeats).where(isRecent)
  return { offered: rows.some(({ exec }) => exec), target: 'this machine' }
}

export async function insert(tx: Db, row: typeof terminalTickets.$inferInsert): Promise<void> {
  await tx.insert(terminalTickets).values(row)
}
