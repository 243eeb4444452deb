import { z } from 'zod'

import { ALERT_ENDS, ALERT_KINDS, ALERT_STATES } from '../domain/alert/kind'
import { STANDARD_REPEAT_MINUTES } from '../domain/alert/rule'
import { idSchema } from '../ids'
import { Done, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'

// What is watched, what fires, and until when nobody is told (docs/alerts.md).

const organizationId = idSchema('organization')
const environmentId = idSchema('environment')
const channelId = idSchema('channel')
const serviceId = idSchema('service')
export const alertId = idSchema('alert')
export const silenceId = idSchema('silence')

/** The kind of a rule that every environment has, or the id of one that was added. */
const RuleKey = z.union([z.enum(ALERT_KINDS), idSchema('alertRule')])
const Named = z.strictObject({ id: z.string(), name: z.string() })

export const AlertView = z.strictObject({
  id: alertId,
  kind: z.enum(ALERT_KINDS),
  /** `pending`: beyond the threshold, but not for as long as the rule says. */
  state: z.enum(ALERT_STATES),
  /** One line: `CPU of api is 97 %, above 90 % of its limit for 5 min`. */
  summary: z.string(),
  ruleKey: RuleKey,
  /** What the service, volume or environment is called that it is about. */
  subject: z.string(),
  /** Null where it is about none, and when that is gone. */
  service: z.strictObject({ id: serviceId, name: z.string() }).nullable(),
  project: Named,
  environment: Named,
  /** As last measured; 1 for what is true or not. */
  value: z.number(),
  threshold: z.number(),
  forSeconds: z.number().int(),
  /** Since when it is beyond the threshold. */
  since: Timestamp,
  firedAt: Timestamp.nullable(),
  resolvedAt: Timestamp.nullable(),
  /** How it came to its end; null while it has not. */
  end: z.enum(ALERT_ENDS).nullable(),
  /** How often it came back soon after it was resolved. */
  flaps: z.number().int(),
  /** Until when nobody is told of it; null when people are. */
  silencedUntil: Timestamp.nullable(),
})
export type AlertView = z.infer<typeof AlertView>

export const alertList = query('alert.list', {
  summary: 'Alerts of an organization: those that fire, and those that have, the newest first',
  input: z.strictObject({
    organizationId,
    environmentId: environmentId.optional(),
    serviceId: serviceId.optional(),
    /** Without it those that fire and those that are resolved. */
    state: z.enum(ALERT_STATES).optional(),
    ...PageInput,
  }),
  output: page(AlertView),
  access: allow('service.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/alerts', status: 200 },
  cli: 'alert list <organizationId>',
  fails: ['not_found'],
})

export const AlertRuleView = z.strictObject({
  key: RuleKey,
  kind: z.enum(ALERT_KINDS),
  /** In words: `CPU above 90 % of its limit for 5 min`. */
  words: z.string(),
  /** Only this one; null for all. It takes the place of the rule of its kind that is for all. */
  service: z.strictObject({ id: serviceId, name: z.string() }).nullable(),
  isOn: z.boolean(),
  /** Percent, thousandths of a processor, MiB or milliseconds by its kind; 0 for what is true or not. */
  threshold: z.number(),
  forSeconds: z.number().int(),
  /** How often one that is still firing is told again; null for never. */
  repeatMinutes: z.number().int().nullable(),
  /** Which channels are told; null for all, none for the console alone. */
  channelIds: z.array(channelId).nullable(),
  /** `standard`: as every environment has it. `changed`: a standard one that was changed. `added`: somebody's own. */
  origin: z.enum(['standard', 'changed', 'added']),
})
export type AlertRuleView = z.infer<typeof AlertRuleView>

export const SilenceView = z.strictObject({
  id: silenceId,
  ruleKey: RuleKey.nullable(),
  service: z.strictObject({ id: serviceId, name: z.string() }).nullable(),
  until: Timestamp,
  reason: z.string(),
  createdBy: z.string().nullable(),
  createdAt: Timestamp,
})
export type SilenceView = z.infer<typeof SilenceView>

export const alertRules = query('alert.rules', {
  summary: 'What is watched in an environment, and what is silenced there now',
  input: z.strictObject({ environmentId }),
  /** `channels`: those that rules can name, by name. */
  output: z.strictObject({ rules: z.array(AlertRuleView), silences: z.array(SilenceView), channels: z.array(z.strictObject({ id: channelId, name: z.string() })) }),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/alert-rules', status: 200 },
  cli: 'alert rules <environmentId>',
  fails: ['not_found'],
})

export const alertSaveRule = command('alert.save_rule', {
  summary: 'Change what is watched in an environment: switch a rule off, set its threshold, or add one for a service',
  input: z.strictObject({
    environmentId,
    /** Which one is changed: the kind of a standard rule, or the id of one that was added. Without it one is added. */
    key: RuleKey.optional(),
    kind: z.enum(ALERT_KINDS),
    /** Of one that is added: only this service. */
    serviceId: serviceId.optional(),
    isOn: z.boolean().default(true),
    threshold: z.number().min(0).max(1e9).default(0),
    forSeconds: z.number().int().min(0).max(86_400),
    repeatMinutes: z.number().int().min(15).max(10_080).nullable().default(STANDARD_REPEAT_MINUTES),
    /** Which channels are told; null for all, none for the console alone. Left out, it stays as it is. */
    channelIds: z.array(channelId).max(50).nullable().optional(),
  }),
  output: AlertRuleView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/alert-rules', status: 200 },
  cli: 'alert save-rule <environmentId> <kind>',
  fails: ['not_found', 'limit_exceeded'],
})

export const alertRemoveRule = command('alert.remove_rule', {
  summary: 'Remove a rule that was added, or set a standard one back to what every environment has',
  input: z.strictObject({ environmentId, key: RuleKey }),
  output: Done,
  access: allow('service.write', 'environment'),
  http: { method: 'DELETE', path: '/environments/{environmentId}/alert-rules/{key}', status: 200 },
  cli: 'alert remove-rule <environmentId> <key>',
  fails: ['not_found'],
})

export const alertSilence = command('alert.silence', {
  summary: 'Tell nobody for a while: of a rule, of a service, or of anything in an environment. What fires still shows in the console',
  input: z.strictObject({
    environmentId,
    ruleKey: RuleKey.optional(),
    serviceId: serviceId.optional(),
    minutes: z.number().int().min(1).max(43_200),
    reason: z.string().trim().max(200).default(''),
  }),
  output: SilenceView,
  access: allow('service.write', 'environment'),
  http: { method: 'POST', path: '/environments/{environmentId}/silences', status: 201 },
  cli: 'alert silence <environmentId>',
  fails: ['not_found', 'limit_exceeded'],
})

export const alertUnsilence = command('alert.unsilence', {
  summary: 'End a silence now; what still fires is told',
  input: z.strictObject({ environmentId, silenceId }),
  output: Done,
  access: allow('service.write', 'environment'),
  http: { method: 'DELETE', path: '/environments/{environmentId}/silences/{silenceId}', status: 200 },
  cli: 'alert unsilence <environmentId> <silenceId>',
  fails: ['not_found'],
})
