import type { z } from 'zod'

import { environmentArrange } from '../../contract/project'
import { find } from '../../db/queries/environments'
import { present } from '../../db/queries/groups'
import { moveRows, type NewPlace } from '../../db/queries/places'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'

type Position = z.output<typeof environmentArrange.input>['positions'][number]

const WORD = { services: 'service', volumes: 'volume', groups: 'group' } as const
type Table = keyof typeof WORD

/** Saves where nodes and frames stand, all or none. Of one named twice the last place counts. */
export const arrangeEnvironment = implement(environmentArrange, async (ctx, { environmentId, positions }) => {
  const environment = await find(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const wanted = new Map(positions.map((position) => toPlace(position)).map((place) => [place.id, place]))
  await demandGroups(ctx, environmentId, [...wanted.values()])
  // Frames before nodes: whoever takes a frame away holds it before what is in it.
  for (const table of ['groups', 'services', 'volumes'] as const) {
    await moveOf(ctx, table, { environmentId, places: [...wanted.values()].filter((place) => place.table === table) })
  }
  await recordHere(ctx, { type: 'environment.arranged', subject: environment.name, data: { nodes: wanted.size } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return { ok: true as const }
})

function toPlace(position: Position): NewPlace & { table: Table } {
  if ('serviceId' in position) return { ...position, id: position.serviceId, table: 'services' }
  if ('volumeId' in position) return { ...position, id: position.volumeId, table: 'volumes' }
  const { groupId: id, ...place } = position
  return { ...place, id, table: 'groups' }
}

/** Nodes join frames of their own environment only. */
async function demandGroups(ctx: ScopedCtx, environmentId: string, places: readonly NewPlace[]): Promise<void> {
  const named = [...new Set(places.flatMap(({ groupId }) => groupId ?? []))]
  const there = await present(ctx.db, environmentId, named)
  const missing = named.find((id) => !there.has(id))
  if (missing !== undefined) throw unknown('groups', missing)
}

async function moveOf(ctx: ScopedCtx, table: Table, wish: { environmentId: string; places: readonly NewPlace[] }): Promise<void> {
  const { found, moved } = await moveRows(ctx.db, table, wish)
  const missing = wish.places.find(({ id }) => !found.has(id))
  if (missing) throw unknown(table, missing.id)
  const elsewhere = wish.places.find(({ id }) => !moved.has(id))
  if (elsewhere) throw new AppError('conflict', `Somebody has moved the ${WORD[table]} ${elsewhere.id} since. Load the canvas again.`)
}

function unknown(table: Table, id: string): AppError {
  return new AppError('not_found', `There is no ${WORD[table]} ${id} in this environment. Load the canvas again.`)
}
