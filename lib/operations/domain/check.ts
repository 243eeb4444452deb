import { eq } from 'drizzle-orm'

import { domainCheck, domainResume } from '../../contract/domain'
import { isUniqueViolation } from '../../db/connection'
import { takeFromDeleted } from '../../db/queries/domains'
import { forgetPause } from '../../db/queries/engine/acme'
import { domains } from '../../db/schema/domain'
import { AppError } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { heldDomain } from './held'
import { nameTaken, refuseTaken } from './refusals'
import { domainView } from './view'

/** Before all that are due by themselves: somebody waits. */
const ASKED_FOR = new Date(0)

/** The worker looks: the web process reaches no other machines. */
export const checkDomain = implement(domainCheck, async (ctx, { domainId }) => {
  const { domain } = await heldDomain(ctx, domainId)
  if (domain.state === 'failed') throw new AppError('not_now', 'It was given up. Look for it again with Resume.')
  await ctx.db.update(domains).set({ nextCheckAt: ASKED_FOR }).where(eq(domains.id, domainId))
  await forgetPause(ctx.db, domainId, ctx.now())
  await recordHere(ctx, { type: 'domain.checked', subject: domain.hostname, data: { domainId } })
  return domainView(ctx, domainId)
})

export const resumeDomain = implement(domainResume, async (ctx, { domainId }) => {
  const { domain } = await heldDomain(ctx, domainId)
  if (domain.state !== 'failed') throw new AppError('not_now', 'It is being looked for already. Check it now instead.')
  await takeFromDeleted(ctx.db, domain.hostname)
  await refuseTaken(ctx.db, { hostname: domain.hostname, organizationId: ctx.scope.organizationId, serviceId: domain.serviceId, id: domainId })
  await ctx.db
    .update(domains)
    .set({ state: 'pending', reason: null, checks: [], since: ctx.now(), attempts: 0, nextCheckAt: ctx.now() })
    .where(eq(domains.id, domainId))
    .catch((error: unknown) => {
      throw isUniqueViolation(error, 'domains_hostname') ? nameTaken(domain.hostname, 'unknown') : error
    })
  await forgetPause(ctx.db, domainId, ctx.now())
  await recordHere(ctx, { type: 'domain.resumed', subject: domain.hostname, data: { domainId } })
  return domainView(ctx, domainId)
})
