import { servicesOf } from '../../db/queries/changes'
import type { ServiceRow } from '../../db/queries/services'
import { standingsOf } from '../change/load-changes'
import type { ScopedCtx } from '../context'
import { writeRevision } from './write'

/** A service that is about to be deployed by itself: a revision, if anything of it is changed. Hold the environment before. */
export async function noteRevision(ctx: ScopedCtx, service: ServiceRow): Promise<void> {
  const [standing] = await standingsOf(ctx, [service])
  if (!standing?.isChanged) return
  const standings = await standingsOf(ctx, await servicesOf(ctx.db, service.environmentId), { all: true })
  await writeRevision(ctx, { environmentId: service.environmentId, message: '', standings, applied: new Set([service.id]) })
}
