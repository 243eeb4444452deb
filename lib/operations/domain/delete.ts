import { eq } from 'drizzle-orm'

import { domainDelete } from '../../contract/domain'
import { appointPrimary } from '../../db/queries/domains'
import { domains } from '../../db/schema/domain'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { followAddress } from './follow-address'
import { heldDomain } from './held'

/** Certificates, keys and challenges go with the row; the next routing table and the next round of alerts know nothing of it. */
export const deleteDomain = implement(domainDelete, async (ctx, { domainId }) => {
  const { domain, service } = await heldDomain(ctx, domainId)
  await followAddress(ctx, { environmentId: domain.environmentId, serviceIds: [service.id] }, async () => {
    await ctx.db.delete(domains).where(eq(domains.id, domainId))
    await appointPrimary(ctx.db, service.id)
  })
  await enqueue(ctx.db, { task: 'reconcile', environmentId: domain.environmentId })
  await recordHere(ctx, { type: 'domain.deleted', subject: domain.hostname })
  await announce(ctx.db, { kind: 'graph', environmentId: domain.environmentId })
  return { ok: true as const }
})
