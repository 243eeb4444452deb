import { volumeDelete } from '../../contract/volume'
import { configure, holdersOf, lock } from '../../db/queries/volumes'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { whyNotDeleted } from './delete-rule'

/** Gone for everyone at once; the worker takes its content away. */
export const deleteVolume = implement(volumeDelete, async (ctx, { volumeId, confirm }) => {
  const volume = await lock(ctx.db, volumeId)
  if (!volume) throw notFound('volume')
  demand(whyNotDeleted(volume, await holdersOf(ctx.db, volume)))
  if (confirm !== volume.name) throw new AppError('invalid_input', `confirm: To delete the volume with everything in it, give its name: ${volume.name}.`, { fields: { confirm: `Is not ${volume.name}.` } })
  await configure(ctx.db, volumeId, { deletedAt: ctx.now() })
  await enqueue(ctx.db, { task: 'reconcile', environmentId: volume.environmentId })
  await recordHere(ctx, { type: 'volume.deleted', subject: volume.name, data: { sizeBytes: volume.sizeBytes } })
  await announce(ctx.db, { kind: 'graph', environmentId: volume.environmentId })
  return { ok: true as const }
})
