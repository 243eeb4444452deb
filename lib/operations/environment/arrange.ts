import { environmentArrange } from '../../contract/project'
import { find } from '../../db/queries/environments'
import { move } from '../../db/queries/services'
import * as volumes from '../../db/queries/volumes'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { implement } from '../implement'
import { recordHere } from '../record-here'

/** Saves where nodes stand, all or none. Of a node named twice the last place counts. */
export const arrangeEnvironment = implement(environmentArrange, async (ctx, { environmentId, positions }) => {
  const environment = await find(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const services = new Map(positions.flatMap((place) => ('serviceId' in place ? [[place.serviceId, place] as const] : [])))
  const drawn = new Map(positions.flatMap((place) => ('volumeId' in place ? [[place.volumeId, place] as const] : [])))
  const moved = services.size === 0 ? new Set<string>() : await move(ctx.db, environmentId, [...services.values()])
  const movedVolumes = drawn.size === 0 ? new Set<string>() : await volumes.move(ctx.db, environmentId, [...drawn.values()])
  const unknown = [...services.keys()].find((id) => !moved.has(id)) ?? [...drawn.keys()].find((id) => !movedVolumes.has(id))
  if (unknown !== undefined) throw new AppError('not_found', `There is no ${services.has(unknown) ? 'service' : 'volume'} ${unknown} in this environment. Load the canvas again.`)
  await recordHere(ctx, { type: 'environment.arranged', subject: environment.name, data: { nodes: moved.size + movedVolumes.size } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return { ok: true as const }
})
