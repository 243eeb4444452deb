import { snapshotSchedule } from '../../contract/snapshot'
import { putPlan, removePlan } from '../../db/queries/snapshots'
import { announce } from '../../events/announce'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { nodeNamed } from './node-of'
import { planView } from './plan'
import { demandStore, whyNotTried } from './rules'

export const scheduleSnapshots = implement(snapshotSchedule, async (ctx, { plan, ...named }) => {
  const node = await nodeNamed(ctx.db, named)
  if (plan) await demandStore(ctx, plan.storeId ?? null)
  if (plan?.drillSchedule) demand(await whyNotTried(ctx, { environmentId: node.environmentId, engine: node.database?.engine ?? null }))
  if (plan) await putPlan(ctx.db, { ...plan, timeZone: plan.timeZone ?? 'UTC', volumeId: node.volume.id, drillSchedule: plan.drillSchedule ?? null, storeId: plan.storeId ?? null, dueAt: ctx.now(), drillDueAt: ctx.now() })
  else await removePlan(ctx.db, node.volume.id)
  await recordHere(ctx, { type: 'snapshot.scheduled', subject: node.service?.name ?? node.volume.name, serviceId: node.service?.id ?? null, data: { schedule: plan?.schedule ?? null } })
  await announce(ctx.db, { kind: 'graph', environmentId: node.environmentId })
  return planView(ctx, node)
})
