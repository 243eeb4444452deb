import { configure as configureService } from '../../db/queries/services'
import { configure, lock } from '../../db/queries/volumes'
import type { ScopedCtx } from '../context'
import { recordHere } from '../record-here'
import { attach } from '../volume/attach-to'
import type { Standing } from './load-changes'

/** Attaches a volume as it is deployed, or detaches it. One that was deleted since is passed over. Hold the service before. */
export async function mountBack(ctx: ScopedCtx, { service, deployed }: Standing, volumeId: string): Promise<void> {
  const volume = await lock(ctx.db, volumeId)
  if (!volume) return
  const former = deployed?.configuration.mounts?.[volumeId]
  if (former) return attach(ctx, volume, { service, path: former.path })
  if (volume.serviceId !== service.id) return
  await configure(ctx.db, volumeId, { serviceId: null, mountPath: null })
  await configureService(ctx.db, service.id, {})
  await recordHere(ctx, { type: 'volume.detached', subject: volume.name, serviceId: service.id, data: { service: service.name, path: volume.mountPath } })
}
