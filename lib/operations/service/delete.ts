import { serviceDelete } from '../../contract/service'
import { lock, want } from '../../db/queries/services'
import { detachAll } from '../../db/queries/volumes'
import { canDelete } from '../../domain/service-can'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { demand } from '../demand'
import { cancelProgressing } from '../deployment/cancel-progressing'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { sealKeepsake } from './keepsake'

/** Gone for everyone at once; the canvas shows it as being removed until the worker has taken everything down. */
export const deleteService = implement(serviceDelete, async (ctx, { serviceId, keep }) => {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  demand(canDelete(service))
  const ticket = keep ? await sealKeepsake(ctx, service) : null
  await want(ctx.db, serviceId, 'deleted', ctx.now())
  await detachAll(ctx.db, [serviceId])
  await cancelProgressing(ctx, service.environmentId, [service])
  await enqueue(ctx.db, { task: 'reconcile', environmentId: service.environmentId })
  await recordHere(ctx, { type: 'service.deleted', subject: service.name })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return { ok: true as const, ticket }
})
