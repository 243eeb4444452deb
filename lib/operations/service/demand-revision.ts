import { newestChangeOf } from '../../db/queries/events'
import type { ServiceRow } from '../../db/queries/services'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'

/** Refuses a change that was thought for another revision of the service than it has now. */
export async function demandRevision(ctx: ScopedCtx, service: Pick<ServiceRow, 'id' | 'name' | 'configRevision'>, ifRevision: number | undefined): Promise<void> {
  if (ifRevision === undefined || ifRevision === service.configRevision) return
  const last = await newestChangeOf(ctx.db, service.id)
  const who = last === null || last.actorId === null ? 'Somebody' : last.actorId === ctx.actor.userId ? 'You, elsewhere,' : last.actorName
  throw new AppError('conflict', `${who} changed ${service.name} meanwhile. Look at what is set now, then make your change again.`)
}
