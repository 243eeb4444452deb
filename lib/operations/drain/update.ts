import { eq } from 'drizzle-orm'

import { drainUpdate } from '../../contract/drain'
import { find, isNameTaken, lock, skipWaiting } from '../../db/queries/drains'
import { drains } from '../../db/schema/drain'
import { sendsLogs, sendsMetrics, type DrainSecret } from '../../domain/drain/settings'
import { notFound } from '../../errors'
import { record } from '../../events/record'
import { openDrainSecret, sealDrainSecret } from '../../secrets/sealed-drain'
import { implement } from '../implement'
import { checkFilter, checkSecret, drainNameTaken, drainView, isSamePlace, shownOf } from './view'

export const updateDrain = implement(drainUpdate, async (ctx, { drainId, name, settings: given, secret: givenSecret, filter, kinds }) => {
  const { organizationId } = ctx.scope
  const former = await lock(ctx.db, organizationId, drainId)
  if (!former) throw notFound('drain')
  if (name !== undefined && name !== former.name && (await isNameTaken(ctx.db, { organizationId, id: drainId, name }))) throw drainNameTaken(name)
  if (filter !== undefined) checkFilter(filter)
  const settings = given ?? former.settings
  // Only what was given for this place stays: whoever changes the server types the key of that one.
  const kept: DrainSecret = isSamePlace(former.settings, settings) ? openDrainSecret(ctx.seal, former) : {}
  const secret = givenSecret === undefined ? kept : (givenSecret ?? {})
  checkSecret(settings, secret)
  const shown = shownOf(secret)
  const secretSealed = shown.headerNames.length > 0 || shown.hasTag ? sealDrainSecret(ctx.seal, drainId, secret) : null
  const isMoved = given !== undefined || givenSecret !== undefined
  await ctx.db
    .update(drains)
    .set({
      name: name ?? former.name,
      settings,
      secretSealed,
      ...shown,
      filter: filter ?? former.filter,
      kinds: kinds === undefined ? former.kinds : [...new Set(kinds)],
      // The name changes nothing of what is on its way.
      version: former.version + (isMoved || filter !== undefined || kinds !== undefined ? 1 : 0),
      // What was said of other settings says nothing of these.
      ...(isMoved ? { sentAt: null, failingSince: null, lastError: null, attempts: 0, retryAt: null, isToldFailing: false } : {}),
    })
    .where(eq(drains.id, drainId))
  // What came while nobody wanted it is not sent.
  if (sendsLogs(settings) && !sendsLogs(former.settings)) await skipWaiting(ctx.db, drainId, sendsMetrics(former.settings) ? former.metricsTo : ctx.now())
  if (sendsMetrics(settings) && !sendsMetrics(former.settings)) await ctx.db.update(drains).set({ metricsTo: ctx.now() }).where(eq(drains.id, drainId))
  await record(ctx.db, ctx, { type: 'drain.updated', subject: name ?? former.name, organizationId, data: { kind: settings.kind } })
  return drainView(ctx.db, (await find(ctx.db, organizationId, drainId))!, ctx.now())
})
