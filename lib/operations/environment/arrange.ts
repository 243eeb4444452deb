import { environmentArrange } from '../../contract/project'
import { find } from '../../db/queries/environments'
import { move } from '../../db/queries/services'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { implement } from '../implement'
import { recordHere } from '../record-here'

/** Saves where nodes stand, all or none. Of a node named twice the last place counts. */
export const arrangeEnvironment = implement(environmentArrange, async (ctx, { environmentId, positions }) => {
  const environment = await find(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const places = new Map(positions.map((position) => [position.serviceId, position]))
  const moved = await move(ctx.db, environmentId, [...places.values()])
  const unknown = [...places.keys()].find((id) => !moved.has(id))
  if (unknown !== undefined) throw new AppError('not_found', `There is no service ${unknown} in this environment. Load the canvas again.`)
  await recordHere(ctx, { type: 'environment.arranged', subject: environment.name, data: { nodes: moved.size } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return { ok: true as const }
})
