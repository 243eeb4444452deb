import { ALERT_KIND, ALERT_KINDS, THRESHOLD_RANGE, type AlertKind } from './kind'

/** What is watched in an environment. */
export type AlertRule = {
  /** The kind of a rule that every environment has; the id of one that somebody added. */
  key: string
  kind: AlertKind
  /** Only this service; null for all. */
  serviceId: string | null
  isOn: boolean
  /** 0 for what is true or not. */
  threshold: number
  forSeconds: number
  /** How often an alert that is still firing is told again; null for never. */
  repeatMinutes: number | null
  /** Which channels are told; null for all, none for the console alone. */
  channelIds: readonly string[] | null
}

export const STANDARD_REPEAT_MINUTES = 240

/** The rule that every environment has of a kind. */
export function standardRule(kind: AlertKind): AlertRule {
  return { key: kind, kind, serviceId: null, ...ALERT_KIND[kind].standard, repeatMinutes: STANDARD_REPEAT_MINUTES, channelIds: null }
}

/** All rules of an environment: those every one has, as far as they are not kept otherwise, then those that were added. */
export function effectiveRules(kept: readonly AlertRule[]): AlertRule[] {
  const byKey = new Map(kept.map((rule) => [rule.key, rule]))
  const added = kept.filter(({ key, kind }) => key !== kind).sort((a, b) => (a.key < b.key ? -1 : 1))
  return [...ALERT_KINDS.map((kind) => byKey.get(kind) ?? standardRule(kind)), ...added]
}

/** Which rules look at a service or a volume of one. A rule of one service takes the place of those of its kind that are for all. */
export function rulesFor(rules: readonly AlertRule[], kind: AlertKind, serviceId: string | null): AlertRule[] {
  const ofKind = rules.filter((rule) => rule.kind === kind)
  const own = serviceId === null ? [] : ofKind.filter((rule) => rule.serviceId === serviceId)
  return own.length > 0 ? own : ofKind.filter((rule) => rule.serviceId === null)
}

/** Why a rule cannot be as it is said, by field; null when it can. */
export function ruleProblem({ kind, serviceId, threshold }: Pick<AlertRule, 'kind' | 'serviceId' | 'threshold'>): { field: 'threshold' | 'serviceId'; message: string } | null {
  const { unit, of, word } = ALERT_KIND[kind]
  if (serviceId !== null && of === 'environment') return { field: 'serviceId', message: `${word} is of the whole environment. Leave out the service.` }
  if (unit === null) return threshold === 0 ? null : { field: 'threshold', message: 'This is true or not, so it has no threshold. Leave it out.' }
  const { least, most } = THRESHOLD_RANGE[unit]
  return threshold >= least && threshold <= most ? null : { field: 'threshold', message: `Must be between ${least} and ${most}.` }
}
