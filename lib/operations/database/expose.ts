import { databaseExpose, databaseHide } from '../../contract/database'
import { takePublic } from '../../db/queries/ports'
import { expose, lock, type ServiceRow } from '../../db/queries/services'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { serviceView } from '../service/view'

/** Opens a port at the proxy, which stays the database's own however often it is closed and opened. */
export const exposeDatabase = implement(databaseExpose, async (ctx, { serviceId, allow }) => {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  if (service.source.type !== 'database') throw new AppError('not_now', 'Only a database is reached from outside like this. A service has its URL.')
  const { first, last } = ctx.config.workloadPorts
  if ((await takePublic(ctx.db, serviceId, { ...ctx.config.workloadPorts, except: [ctx.config.ingress.port] })) === null) {
    throw new AppError('limit_exceeded', `All ports from ${first} to ${last} are in use. Delete a service, or ask the operator to widen EASEL_WORKLOAD_PORTS.`)
  }
  await change(ctx, service, { allow: [...new Set(allow)] })
  return serviceView(ctx, serviceId)
})

export const hideDatabase = implement(databaseHide, async (ctx, { serviceId }) => {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  await change(ctx, service, null)
  return serviceView(ctx, serviceId)
})

async function change(ctx: ScopedCtx, service: ServiceRow, exposure: ServiceRow['exposure']): Promise<void> {
  await expose(ctx.db, service.id, exposure)
  await recordHere(ctx, { type: exposure === null ? 'database.hidden' : 'database.exposed', subject: service.name, data: exposure ?? {} })
  await enqueue(ctx.db, { task: 'reconcile', environmentId: service.environmentId })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
}
