import { and, eq, sql } from 'drizzle-orm'

import type { StageName, StageStatus } from '../../../domain/deployment-status'
import type { Db } from '../../connection'
import { stages } from '../../schema/deployment'

/** A stage begins, or begins again after a worker died in it. */
export async function start(db: Db, deploymentId: string, name: StageName, at: Date): Promise<void> {
  await db
    .insert(stages)
    .values({ deploymentId, name, status: 'running', startedAt: at })
    .onConflictDoUpdate({ target: [stages.deploymentId, stages.name], set: { status: 'running', startedAt: at, finishedAt: null, error: null, attempts: sql`${stages.attempts} + 1` } })
}

/** A stage that runs ends; one that has ended keeps its end. */
export async function finish(db: Db, deploymentId: string, name: StageName, outcome: { status: StageStatus; error: string | null; at: Date }): Promise<void> {
  await db
    .update(stages)
    .set({ status: outcome.status, finishedAt: outcome.at, error: outcome.error })
    .where(and(eq(stages.deploymentId, deploymentId), eq(stages.name, name), eq(stages.status, 'running')))
}

/** A stage that this deployment does not need. */
export async function skip(db: Db, deploymentId: string, name: StageName, at: Date): Promise<void> {
  await db.insert(stages).values({ deploymentId, name, status: 'skipped', startedAt: at, finishedAt: at, attempts: 1 }).onConflictDoNothing()
}

/** How a stage stands; null before it began. */
export async function statusOf(db: Db, deploymentId: string, name: StageName): Promise<StageStatus | null> {
  const [row] = await db.select({ status: stages.status }).from(stages).where(and(eq(stages.deploymentId, deploymentId), eq(stages.name, name)))
  return row?.status ?? null
}

/** How often work on a deployment was begun in the same stage. */
export async function timesBegun(db: Db, deploymentId: string): Promise<number> {
  const [row] = await db.select({ times: sql<number | null>`max(${stages.attempts})` }).from(stages).where(eq(stages.deploymentId, deploymentId))
  return row?.times ?? 0
}

/** Ends whatever stage of a deployment still counts as running. */
export async function endRunning(db: Db, deploymentId: string, outcome: { status: StageStatus; error: string | null; at: Date }): Promise<void> {
  await db
    .update(stages)
    .set({ status: outcome.status, finishedAt: outcome.at, error: outcome.error })
    .where(and(eq(stages.deploymentId, deploymentId), eq(stages.status, 'running')))
}
