import { volumeAttach } from '../../contract/volume'
import { lock as lockService } from '../../db/queries/services'
import { lock } from '../../db/queries/volumes'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { settleIfSame } from '../change/write-configuration'
import { implement } from '../implement'
import { attach } from './attach-to'
import { volumeView } from './view'

/** What runs stays as it is until the next deployment. */
export const attachVolume = implement(volumeAttach, async (ctx, { volumeId, serviceId, path }) => {
  const service = await lockService(ctx.db, serviceId)
  if (service?.environmentId !== ctx.scope.environmentId) throw notFound('service')
  const volume = await lock(ctx.db, volumeId)
  if (!volume) throw notFound('volume')
  await attach(ctx, volume, { service, path })
  await settleIfSame(ctx, serviceId)
  await announce(ctx.db, { kind: 'graph', environmentId: volume.environmentId })
  return volumeView(ctx.db, volumeId)
})
