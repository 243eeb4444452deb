import { snapshotPlan, type SnapshotPlanView } from '../../contract/snapshot'
import { planOf, provenLast, restoresOf, type SnapshotNode } from '../../db/queries/snapshots'
import { choices } from '../../db/queries/stores'
import { nextDue } from '../../domain/schedule'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { nodeNamed } from './node-of'
import { whyNotTaken, whyNotTried } from './rules'
import { toRestoreView } from './view'

const RESTORES = 5

export const getSnapshotPlan = implement(snapshotPlan, async (ctx, named) => planView(ctx, await nodeNamed(ctx.db, named)))

/** What is planned for a volume or database, and what was restored into it last. */
export async function planView(ctx: Pick<ScopedCtx, 'db' | 'now'>, node: SnapshotNode): Promise<SnapshotPlanView> {
  const row = await planOf(ctx.db, node.volume.id)
  const restores = await restoresOf(ctx.db, node.environmentId, { volumeId: node.volume.id, limit: RESTORES })
  const stores = await choices(ctx.db, node.organizationId)
  const proven = await provenLast(ctx.db, node.volume.id)
  return {
    lastProof: proven && { snapshotId: proven.id, at: proven.provenAt!.toISOString(), message: proven.proof ?? '' },
    plan: row && { schedule: row.schedule, timeZone: row.timeZone, keepCount: row.keepCount, keepDays: row.keepDays, drillSchedule: row.drillSchedule, store: row.store },
    nextAt: row ? (nextDue(row.schedule, row.timeZone, ctx.now())?.toISOString() ?? null) : null,
    cannotTake: await whyNotTaken(ctx.db, node),
    cannotTry: await whyNotTried(ctx, { environmentId: node.environmentId, engine: node.database?.engine ?? null }),
    stores: stores.map(({ id, name, seen }) => ({ id, name, problem: seen?.ok === false ? seen.message : null })),
    restores: restores.map(toRestoreView),
  }
}
