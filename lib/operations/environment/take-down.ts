import { markDeleted, type EnvironmentRow } from '../../db/queries/environments'
import { wantAllDeleted } from '../../db/queries/services'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import type { ScopedCtx } from '../context'
import { cancelProgressing } from '../deployment/cancel-progressing'
import { recordHere } from '../record-here'

/** Marks environments and everything in them as not wanted any more, and asks the worker to see to it. */
export async function takeDown(ctx: ScopedCtx, environments: readonly EnvironmentRow[]): Promise<void> {
  // In the order of their ids: two that take down the same things wait for each other instead of for ever.
  const ordered = [...environments].sort((a, b) => (a.id < b.id ? -1 : 1))
  await markDeleted(ctx.db, ordered.map(({ id }) => id), ctx.now())
  for (const environment of ordered) {
    const services = await wantAllDeleted(ctx.db, environment.id, ctx.now())
    await cancelProgressing(ctx, environment.id, services)
    for (const service of services) await recordHere(ctx, { type: 'service.deleted', subject: service.name, environmentId: environment.id, serviceId: service.id })
    await announce(ctx.db, { kind: 'graph', environmentId: environment.id })
    await enqueue(ctx.db, { task: 'reconcile', environmentId: environment.id })
  }
}
