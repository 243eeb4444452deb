import { nodesAmong, type PlacedNode } from '../../db/queries/groups'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'

/** The nodes that are meant; `not_found` when one is of another environment, or gone. */
export async function demandNodes(ctx: ScopedCtx, environmentId: string, ids: readonly string[]): Promise<PlacedNode[]> {
  const nodes = await nodesAmong(ctx.db, environmentId, ids)
  const missing = ids.find((id) => !nodes.some((node) => node.id === id))
  if (missing !== undefined) throw new AppError('not_found', `There is no ${missing} in this environment. Load the canvas again.`)
  return nodes
}
