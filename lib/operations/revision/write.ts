import { insert, nextNumber } from '../../db/queries/revisions'
import { newId } from '../../ids'
import type { ScopedCtx } from '../context'
import type { Standing } from '../change/load-changes'
import { presentOf } from '../variable/holder'
import { sealContent, type RevisedContent } from './content'

export type NewRevision = { environmentId: string; message: string; /** Every service of the environment; opened. */ standings: readonly Standing[]; /** Ids of those it deploys. */ applied: ReadonlySet<string> }

/** Writes down what is deployed from now on: the applied ones as they are set, the others as they are deployed. Hold the environment before. */
export async function writeRevision(ctx: ScopedCtx, { environmentId, message, standings, applied }: NewRevision): Promise<number> {
  const id = newId('revision')
  const number = await nextNumber(ctx.db, environmentId)
  const services = standings.flatMap<RevisedContent>(({ service, wanted, deployed }) => {
    const configuration = applied.has(service.id) ? wanted : deployed?.configuration
    return configuration ? [{ id: service.id, name: service.name, x: service.x, y: service.y, ...configuration }] : []
  })
  const deployed = standings.filter(({ service }) => applied.has(service.id)).map(({ service }) => service.name)
  await insert(ctx.db, { id, environmentId, number, message, contentSealed: sealContent(ctx.seal, id, { services, shared: await presentOf(ctx, { owner: { environmentId } }) }), deployed, createdBy: ctx.actor.userId, createdAt: ctx.now() })
  return number
}
