import { alertSilence, alertUnsilence } from '../../contract/alert'
import { countSilences, endSilence, rulesOf, serviceNames, silencesOf } from '../../db/queries/alerts'
import { alertSilences } from '../../db/schema/alert'
import { effectiveRules } from '../../domain/alert/rule'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { implement } from '../implement'

const MOST_SILENCES = 200

export const silenceAlerts = implement(alertSilence, async (ctx, { environmentId, ruleKey = null, serviceId = null, minutes, reason }) => {
  const { organizationId, projectId } = ctx.scope
  const now = ctx.now()
  const names = await serviceNames(ctx.db, environmentId)
  if (serviceId !== null && !names.has(serviceId)) throw notFound('service')
  if (ruleKey !== null && !effectiveRules(await rulesOf(ctx.db, environmentId)).some(({ key }) => key === ruleKey)) throw notFound('alert rule')
  if ((await countSilences(ctx.db, environmentId, now)) >= MOST_SILENCES) throw new AppError('limit_exceeded', `There are ${MOST_SILENCES} silences in this environment already. End some first.`)
  const row = { id: newId('silence'), environmentId, ruleKey, serviceId, until: new Date(now.getTime() + minutes * 60_000), reason, createdBy: ctx.actor.userId, createdAt: now }
  await ctx.db.insert(alertSilences).values(row)
  const subject = serviceId === null ? 'the environment' : names.get(serviceId)!
  await record(ctx.db, ctx, { type: 'alert.silenced', subject, organizationId, projectId, environmentId, serviceId, data: { minutes, ...(ruleKey === null ? {} : { rule: ruleKey }) } })
  await announce(ctx.db, { kind: 'alerts', environmentId })
  return { id: row.id, ruleKey, service: serviceId === null ? null : { id: serviceId, name: names.get(serviceId)! }, until: row.until.toISOString(), reason, createdBy: ctx.actor.name, createdAt: now.toISOString() }
})

export const unsilenceAlerts = implement(alertUnsilence, async (ctx, { environmentId, silenceId }) => {
  const { organizationId, projectId } = ctx.scope
  const now = ctx.now()
  const service = (await silencesOf(ctx.db, environmentId, now)).find(({ silence }) => silence.id === silenceId)?.service
  if ((await endSilence(ctx.db, environmentId, { id: silenceId, now })) === null) throw notFound('silence')
  await record(ctx.db, ctx, { type: 'alert.unsilenced', subject: service?.name ?? 'the environment', organizationId, projectId, environmentId, serviceId: service?.id ?? null })
  await announce(ctx.db, { kind: 'alerts', environmentId })
  return { ok: true as const }
})
