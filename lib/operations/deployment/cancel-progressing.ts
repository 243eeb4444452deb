import { cancelAll } from '../../db/queries/deployments'
import { cancelRunning } from '../../db/queries/stages'
import { announce } from '../../events/announce'
import type { ScopedCtx } from '../context'
import { recordHere } from '../record-here'
import { cancelSnapshotsBefore } from './cancel-snapshots'

/** Cancels what is on its way for services that are being deleted. Hold the services before. */
export async function cancelProgressing(ctx: ScopedCtx, environmentId: string, services: readonly { id: string; name: string }[]): Promise<void> {
  const cancelled = await cancelAll(ctx.db, services.map(({ id }) => id), ctx.now())
  await cancelRunning(ctx.db, cancelled.map(({ id }) => id), ctx.now())
  await cancelSnapshotsBefore(ctx, cancelled.map(({ id }) => id))
  for (const { id, serviceId, number } of cancelled) {
    const subject = services.find((service) => service.id === serviceId)!.name
    await recordHere(ctx, { type: 'deployment.cancelled', subject, environmentId, serviceId, deploymentId: id, data: { number } })
    await announce(ctx.db, { kind: 'cancel', id })
  }
}
