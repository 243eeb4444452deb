import { lock, type DomainRow } from '../../db/queries/domains'
import { lock as lockService, type ServiceRow } from '../../db/queries/services'
import { notFound } from '../../errors'
import type { ScopedCtx } from '../context'

/** A host name and its service, held until the transaction ends: which of a service is the primary one is decided one by one. */
export async function heldDomain(ctx: ScopedCtx, domainId: string): Promise<{ domain: DomainRow; service: ServiceRow }> {
  const service = await lockService(ctx.db, ctx.scope.serviceId!)
  const domain = await lock(ctx.db, domainId)
  // It may have been given to another service a moment ago; whoever asks again finds it there.
  if (!service || !domain || domain.serviceId !== service.id) throw notFound('domain')
  return { domain, service }
}
