import { volumeDetach } from '../../contract/volume'
import { configure as configureService, lock as lockService } from '../../db/queries/services'
import { configure, find, lock } from '../../db/queries/volumes'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { settleIfSame } from '../change/write-configuration'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { volumeView } from './view'

/** The content stays. What runs keeps it until the next deployment of its service. */
export const detachVolume = implement(volumeDetach, async (ctx, { volumeId }) => {
  const seen = await find(ctx.db, volumeId)
  const service = seen === null || seen.serviceId === null ? null : await lockService(ctx.db, seen.serviceId)
  const volume = await lock(ctx.db, volumeId)
  if (!volume) throw notFound('volume')
  if (volume.serviceId !== (service?.id ?? null)) throw new AppError('conflict', `${volume.name} has just been attached elsewhere. Look again, then decide.`)
  if (!service) throw new AppError('not_now', `${volume.name} is not attached to anything.`)
  await configure(ctx.db, volumeId, { serviceId: null, mountPath: null })
  await configureService(ctx.db, service.id, {})
  await recordHere(ctx, { type: 'volume.detached', subject: volume.name, serviceId: service.id, data: { service: service.name, path: volume.mountPath } })
  await settleIfSame(ctx, service.id)
  await announce(ctx.db, { kind: 'graph', environmentId: volume.environmentId })
  return volumeView(ctx.db, volumeId)
})
