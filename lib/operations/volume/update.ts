import { volumeUpdate } from '../../contract/volume'
import { configure as configureService, lock as lockService } from '../../db/queries/services'
import { configure, find, lock, namesIn } from '../../db/queries/volumes'
import { isUniqueViolation } from '../../db/connection'
import { volumeVariable } from '../../domain/mount'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { settleIfSame } from '../change/write-configuration'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { volumeNameTaken } from './draw-volume'
import { volumeView } from './view'

/** The variable of a volume is named after it: a rename of an attached one is for the next deployment. */
export const updateVolume = implement(volumeUpdate, async (ctx, { volumeId, name, limitMib }) => {
  const seen = await find(ctx.db, volumeId)
  const service = seen === null || seen.serviceId === null ? null : await lockService(ctx.db, seen.serviceId)
  const volume = await lock(ctx.db, volumeId)
  if (!volume) throw notFound('volume')
  const change = { ...(name === undefined ? {} : { name }), ...(limitMib === undefined ? {} : { limitMib }) }
  if (name !== undefined && (await namesIn(ctx.db, volume.environmentId, volumeId)).has(name.toLowerCase())) throw volumeNameTaken(name)
  if (Object.keys(change).length > 0) {
    await configure(ctx.db, volumeId, change).catch((error: unknown) => {
      throw isUniqueViolation(error, 'volumes_name') ? volumeNameTaken(name!) : error
    })
  }
  if (service && name !== undefined && volumeVariable(name) !== volumeVariable(volume.name)) await configureService(ctx.db, service.id, {})
  await recordHere(ctx, { type: 'volume.updated', subject: name ?? volume.name, data: change })
  if (service) await settleIfSame(ctx, service.id)
  await announce(ctx.db, { kind: 'graph', environmentId: volume.environmentId })
  return volumeView(ctx.db, volumeId)
})
