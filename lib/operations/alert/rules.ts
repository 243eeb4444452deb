import { alertRemoveRule, alertRules, alertSaveRule } from '../../contract/alert'
import { namedOf } from '../../db/queries/channels'
import { removeRule, rulesOf, saveRule, serviceNames, silencesOf } from '../../db/queries/alerts'
import { ALERT_KINDS, type AlertKind } from '../../domain/alert/kind'
import { effectiveRules, ruleProblem, standardRule, type AlertRule } from '../../domain/alert/rule'
import { ruleWords } from '../../domain/alert/words'
import { AppError, notFound } from '../../errors'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { implement } from '../implement'
import { ruleView, silenceView } from './view'

/** More rules than that in one environment nobody reads. */
const MOST_RULES = 200

export const listRules = implement(alertRules, async (ctx, { environmentId }) => {
  const kept = await rulesOf(ctx.db, environmentId)
  const names = await serviceNames(ctx.db, environmentId)
  const keys = new Set(kept.map(({ key }) => key))
  const silences = await silencesOf(ctx.db, environmentId, ctx.now())
  return { rules: effectiveRules(kept).map((rule) => ruleView(rule, { names, isKept: keys.has(rule.key) })), silences: silences.map(silenceView), channels: await namedOf(ctx.db, ctx.scope.organizationId) }
})

export const saveAlertRule = implement(alertSaveRule, async (ctx, { environmentId, key, serviceId, channelIds, ...wish }) => {
  const { organizationId, projectId } = ctx.scope
  const names = await serviceNames(ctx.db, environmentId)
  if (serviceId !== undefined && !names.has(serviceId)) throw notFound('service')
  const kept = await rulesOf(ctx.db, environmentId)
  const former = kept.find((each) => each.key === key) ?? (isKind(key) ? standardRule(key) : null)
  if (key !== undefined && former === null) throw notFound('alert rule')
  if (key === undefined && kept.length >= MOST_RULES) throw new AppError('limit_exceeded', `There are ${kept.length} rules in this environment already. Remove some first.`)
  if (former !== null && former.kind !== wish.kind) throw refused('kind', 'A rule keeps what it watches. Add another one.')
  if (isKind(key) && serviceId !== undefined) throw refused('serviceId', 'This rule is for all services. Add one for this service, which takes its place there.')
  if (channelIds) {
    const known = new Set((await namedOf(ctx.db, organizationId)).map((channel) => channel.id))
    if (channelIds.some((each) => !known.has(each))) throw refused('channelIds', 'This organization has no such channel. Choose among those it has, or leave it out.')
  }
  const id = newId('alertRule')
  const rule: AlertRule = { key: key ?? id, serviceId: serviceId ?? (isKind(key) ? null : (former?.serviceId ?? null)), channelIds: channelIds === undefined ? (former?.channelIds ?? null) : channelIds && [...new Set(channelIds)], ...wish }
  const problem = ruleProblem(rule)
  if (problem !== null) throw refused(problem.field, problem.message)
  await saveRule(ctx.db, { id, environmentId, rule, now: ctx.now() })
  await record(ctx.db, ctx, { type: 'alert.rule_saved', subject: ruleWords(rule), organizationId, projectId, environmentId, serviceId: rule.serviceId, data: { kind: rule.kind, isOn: rule.isOn } })
  return ruleView(rule, { names, isKept: true })
})

export const removeAlertRule = implement(alertRemoveRule, async (ctx, { environmentId, key }) => {
  const { organizationId, projectId } = ctx.scope
  const former = (await rulesOf(ctx.db, environmentId)).find((each) => each.key === key)
  // A standard rule that was never changed is as it is to be.
  if (!(await removeRule(ctx.db, environmentId, key)) && !isKind(key)) throw notFound('alert rule')
  await record(ctx.db, ctx, { type: 'alert.rule_removed', subject: ruleWords(former ?? standardRule(key as AlertKind)), organizationId, projectId, environmentId })
  return { ok: true as const }
})

function isKind(key: string | undefined): key is AlertKind {
  return key !== undefined && (ALERT_KINDS as readonly string[]).includes(key)
}

function refused(field: string, message: string): AppError {
  return new AppError('invalid_input', message, { fields: { [field]: message } })
}
