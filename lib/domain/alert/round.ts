import type { AlertEnd, AlertKind } from './kind'
import { rulesFor, type AlertRule } from './rule'
import { step, type Held } from './step'
import { isSilenced, QUIET_MS, whatToTell, type Silence, type Told, type ToldNow } from './tell'

// One round of an environment: what was measured and what is remembered give what is to be remembered and told. Pure: whoever calls
// it writes the outcome and the messages in one transaction.

/** A measurement. `value` null: it should be there and could not be measured. `isQuiet`: there was nothing to measure it by, and it is known that nothing was wrong. `atMost`: there was too little to measure it by, and it was no greater than this. */
export type Reading = { kind: AlertKind; subjectId: string; subjectName: string; serviceId: string | null; value: number | null; isQuiet?: boolean; atMost?: number }

/** An alert as it is kept. */
export type KeptAlert = Pick<Reading, 'kind' | 'subjectId' | 'subjectName' | 'serviceId'> & {
  id: string
  ruleKey: string
  threshold: number
  forSeconds: number
  /** Since when it has been beyond its threshold. */
  since: number
  firedAt: number | null
  resolvedAt: number | null
  end: AlertEnd | null
  /** How often it came back soon after it was resolved. */
  flaps: number
  /** Null of one that is resolved. */
  held: Held | null
  /** The last value that was measured. */
  value: number
  told: Told
  /** Which channels were told last that it fires; null for all. */
  toldTo: readonly string[] | null
}

export type Ground = {
  rules: readonly AlertRule[]
  readings: readonly Reading[]
  /** All that are pending or firing, and those that were resolved lately. */
  kept: readonly KeptAlert[]
  silences: readonly Silence[]
  at: number
  newId(): string
}

/** `changed`: as they are now, new ones too; those that are neither here nor in `dropped` stay as they are. */
export type Outcome = {
  changed: KeptAlert[]
  dropped: string[]
  /** What began and what ended to fire in this round. */
  fired: KeptAlert[]
  resolved: KeptAlert[]
  /** `to`: which channels; null for all. */
  tell: { alert: KeptAlert; what: ToldNow; to: readonly string[] | null }[]
}

/** What is new after a look. */
export function round(ground: Ground): Outcome {
  const { rules, readings, kept } = ground
  const outcome: Outcome = { changed: [], dropped: [], fired: [], resolved: [], tell: [] }
  const keyOf = (ruleKey: string, subjectId: string) => `${ruleKey} ${subjectId}`
  const open = new Map(kept.flatMap((alert) => (alert.held === null ? [] : [[keyOf(alert.ruleKey, alert.subjectId), alert] as const])))
  const lately = new Map(kept.flatMap((alert) => (alert.held === null ? [[keyOf(alert.ruleKey, alert.subjectId), alert] as const] : [])))
  const looked = new Set<string>()
  for (const reading of readings) {
    for (const rule of rulesFor(rules, reading.kind, reading.serviceId)) {
      const key = keyOf(rule.key, reading.subjectId)
      if (!rule.isOn || looked.has(key)) continue
      looked.add(key)
      look(ground, outcome, { rule, reading, former: open.get(key) ?? null, lately: lately.get(key) ?? null })
    }
  }
  for (const [key, alert] of open) {
    if (looked.has(key)) continue
    const isMeasured = readings.some(({ kind, subjectId }) => kind === alert.kind && subjectId === alert.subjectId)
    end(ground, outcome, alert, isMeasured ? 'switched_off' : 'gone')
  }
  return outcome
}

type Look = { rule: AlertRule; reading: Reading; former: KeptAlert | null; lately: KeptAlert | null }

function look(ground: Ground, outcome: Outcome, { rule, reading, former, lately }: Look): void {
  const { at } = ground
  const after = step(former?.held ?? null, rule, { at, value: reading.value, isQuiet: reading.isQuiet ?? false, ...(reading.atMost === undefined ? {} : { atMost: reading.atMost }) })
  if (after.held === null) {
    if (former !== null) end(ground, outcome, { ...former, value: reading.value ?? former.value }, 'recovered')
    return
  }
  const { held } = after
  const { threshold, forSeconds } = rule
  const { kind, subjectId, subjectName, serviceId } = reading
  const begun: KeptAlert = former ?? { id: ground.newId(), ruleKey: rule.key, kind, subjectId, subjectName, serviceId, threshold, forSeconds, since: at, firedAt: null, resolvedAt: null, end: null, flaps: 0, held: null, value: held.value, told: { last: null, firingAt: null }, toldTo: null }
  const now: KeptAlert = { ...begun, threshold, forSeconds, subjectName, held, value: held.value }
  if (held.state === 'pending' || former?.held?.state === 'firing') return tell(ground, outcome, now, rule)
  const isBack = lately !== null && lately.resolvedAt !== null && at - lately.resolvedAt < QUIET_MS
  if (isBack && former !== null) outcome.dropped.push(former.id)
  const fired = isBack ? { ...now, id: lately.id, since: lately.since, firedAt: lately.firedAt, told: lately.told, toldTo: lately.toldTo, flaps: lately.flaps + 1 } : { ...now, firedAt: at }
  outcome.fired.push(fired)
  tell(ground, outcome, fired, rule)
}

function end(ground: Ground, outcome: Outcome, alert: KeptAlert, how: AlertEnd): void {
  if (alert.held?.state !== 'firing') return void outcome.dropped.push(alert.id)
  const ended: KeptAlert = { ...alert, held: null, resolvedAt: ground.at, end: how }
  outcome.resolved.push(ended)
  tell(ground, outcome, ended, null)
}

/** Notes how it is now, and what people are told of it. `rule`: null of one that is resolved; who was told that it fires is told so, whatever its rule says by now. */
function tell({ silences, at }: Ground, outcome: Outcome, alert: KeptAlert, rule: Pick<AlertRule, 'repeatMinutes' | 'channelIds'> | null): void {
  if (alert.held?.state === 'pending') return void outcome.changed.push(alert)
  const state = alert.held === null ? 'resolved' : 'firing'
  const what = whatToTell({ state, told: alert.told, repeatMs: rule === null || rule.repeatMinutes === null ? null : rule.repeatMinutes * 60_000, isSilenced: isSilenced(silences, alert, at) }, at)
  const to = what === 'resolved' || rule === null ? alert.toldTo : rule.channelIds
  const now: KeptAlert = what === null ? alert : { ...alert, toldTo: to, told: what === 'resolved' ? { last: 'resolved', firingAt: alert.told.firingAt } : { last: 'firing', firingAt: at } }
  outcome.changed.push(now)
  if (what !== null) outcome.tell.push({ alert: now, what, to })
}
