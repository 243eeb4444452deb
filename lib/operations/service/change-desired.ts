import type { ServiceView } from '../../contract/service'
import { lock, want, type ServiceRow } from '../../db/queries/services'
import type { EventType } from '../../domain/event-type'
import type { Reason, ServiceFacts } from '../../domain/service-can'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import type { ScopedCtx } from '../context'
import { demand } from '../demand'
import { recordHere } from '../record-here'
import { factsOf } from './facts'
import { serviceView } from './view'

export type DesiredChange = { desired: 'running' | 'stopped'; rule(facts: ServiceFacts): Reason; event: 'service.started' | 'service.stopped' }

/** Writes that a service shall run or not, if the rule allows it; the worker makes it so. */
export async function changeDesired(ctx: ScopedCtx, serviceId: string, { desired, rule, event }: DesiredChange): Promise<ServiceView> {
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  demand(rule(await factsOf(ctx.db, service)))
  await want(ctx.db, serviceId, desired, ctx.now())
  return follow(ctx, service, event)
}

/** What follows a change of what is wanted of a service: the worker is told, the feed and the canvas as well. */
export async function follow(ctx: ScopedCtx, service: ServiceRow, event: EventType): Promise<ServiceView> {
  await enqueue(ctx.db, { task: 'reconcile', environmentId: service.environmentId })
  await recordHere(ctx, { type: event, subject: service.name })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return serviceView(ctx, service.id)
}
