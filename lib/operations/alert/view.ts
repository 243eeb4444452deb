import type { AlertRuleView, AlertView, SilenceView } from '../../contract/alert'
import type { AlertRow, SilenceRow } from '../../db/queries/alerts'
import { isSilenced, type Silence } from '../../domain/alert/tell'
import { standardRule, type AlertRule } from '../../domain/alert/rule'
import { alertWords, ruleWords } from '../../domain/alert/words'

export function alertView({ alert, service, environment, project }: AlertRow, silences: readonly Silence[], now: Date): AlertView {
  const { id, kind, state, ruleKey, subjectName, value, threshold, forSeconds, flaps } = alert
  const covering = state === 'resolved' ? [] : silences.filter((silence) => isSilenced([silence], alert, now.getTime()))
  return {
    id,
    kind,
    state,
    summary: alertWords({ kind, subject: subjectName, state, value, threshold, forSeconds }),
    ruleKey: ruleKey as AlertView['ruleKey'],
    subject: subjectName,
    service,
    project,
    environment,
    value,
    threshold,
    forSeconds,
    since: alert.since.toISOString(),
    firedAt: alert.firedAt?.toISOString() ?? null,
    resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    end: alert.ended,
    flaps,
    silencedUntil: covering.length === 0 ? null : new Date(Math.max(...covering.map(({ until }) => until))).toISOString(),
  }
}

export function ruleView(rule: AlertRule, { names, isKept }: { names: ReadonlyMap<string, string>; isKept: boolean }): AlertRuleView {
  const { key, kind, serviceId, isOn, threshold, forSeconds, repeatMinutes, channelIds } = rule
  const name = serviceId === null ? undefined : names.get(serviceId)
  const isStandard = JSON.stringify({ ...rule, key }) === JSON.stringify({ ...standardRule(kind), key })
  return {
    key: key as AlertRuleView['key'],
    kind,
    words: ruleWords(rule),
    service: serviceId === null ? null : { id: serviceId, name: name ?? serviceId },
    isOn,
    threshold,
    forSeconds,
    repeatMinutes,
    channelIds: channelIds === null ? null : [...channelIds],
    origin: key !== kind ? 'added' : isKept && !isStandard ? 'changed' : 'standard',
  }
}

export function silenceView({ silence, service, createdBy }: SilenceRow): SilenceView {
  const { id, ruleKey, until, reason, createdAt } = silence
  return { id, ruleKey: ruleKey as SilenceView['ruleKey'], service, until: until.toISOString(), reason, createdBy, createdAt: createdAt.toISOString() }
}
