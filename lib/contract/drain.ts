import { z } from 'zod'

import { DRAIN_KINDS, HTTP_FORMATS, OTLP_ENCODINGS, OTLP_SIGNALS, SYSLOG_TRANSPORTS, TEMPORALITIES } from '../domain/drain/settings'
import { idSchema } from '../ids'
import { Host, WebAddress } from './channel'
import { DisplayName, Done, PageInput, Timestamp, page } from './common'
import { allow, command, query } from './entry'
import { LOG_KINDS, MAX_FILTER_LENGTH } from './log'

// Where log lines and metrics are sent to besides being kept. A secret goes in and never comes out again.

const organizationId = idSchema('organization')
const drainId = idSchema('drain')

const ca = z.string().trim().max(20_000).regex(/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----$/, 'Must be one certificate or more in PEM, from -----BEGIN CERTIFICATE----- on.').nullable().default(null)
const url = WebAddress

const HttpSettings = z.strictObject({ kind: z.literal('http'), url, format: z.enum(HTTP_FORMATS).default('ndjson'), isCompressed: z.boolean().default(true), ca })
const SyslogSettings = z.strictObject({ kind: z.literal('syslog'), host: Host, port: z.number().int().min(1).max(65_535).default(6514), transport: z.enum(SYSLOG_TRANSPORTS).default('tls'), facility: z.number().int().min(0).max(23).default(16), ca })
const Tenant = z.string().trim().min(1).max(150).regex(/^[A-Za-z0-9!\-_.*'()|]+$/, 'Must be the name of a tenant of Loki.')
const LokiSettings = z.strictObject({ kind: z.literal('loki'), url, tenant: Tenant.nullable().default(null), hasMetadata: z.boolean().default(true), ca })
const OtlpSettings = z.strictObject({
  kind: z.literal('otlp'),
  /** The base: `/v1/logs` and `/v1/metrics` are added to it. */
  url,
  encoding: z.enum(OTLP_ENCODINGS).default('protobuf'),
  sends: z.array(z.enum(OTLP_SIGNALS)).min(1, 'Choose logs, metrics or both.').max(2).default(['logs', 'metrics']),
  temporality: z.enum(TEMPORALITIES).default('cumulative'),
  ca,
})

const Settings = z.discriminatedUnion('kind', [HttpSettings, SyslogSettings, LokiSettings, OtlpSettings])

/** What is shown to nobody again: headers of requests, or for syslog what stands in each line, such as `[token@41058]`. */
const Secret = z.strictObject({
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'Must be the name of a header.'), z.string().trim().min(1).max(4_000).regex(/^[\x20-\x7e]+$/, 'Must be one line.'))
    .refine((headers) => Object.keys(headers).length <= 20, 'There may be 20 headers.')
    .optional(),
  tag: z.string().trim().max(500).regex(/^\[[\x21\x23-\x3c\x3e-\x5a\x5e-\x7e\x5c]{1,32}(?: [\x21\x23-\x3c\x3e-\x5a\x5e-\x7e]{1,32}="[^"\\\]\p{Cc}]*")*\]$/u, 'Must be an element of structured data, such as [token@41058 tag="easel"].').optional(),
})

const filter = z.string().trim().max(MAX_FILTER_LENGTH, `Must be at most ${MAX_FILTER_LENGTH} characters.`)
const kinds = z.array(z.enum(LOG_KINDS)).min(1, 'Choose one kind of line at least.').max(LOG_KINDS.length)
const Named = z.strictObject({ id: z.string(), name: z.string() })

export const DrainView = z.strictObject({
  id: drainId,
  name: z.string(),
  kind: z.enum(DRAIN_KINDS),
  /** Whose lines are sent: of an environment, of a project where `environment` is null, of the organization where both are. */
  project: Named.nullable(),
  environment: Named.nullable(),
  settings: Settings,
  /** What of the secret is shown. */
  headerNames: z.array(z.string()),
  hasTag: z.boolean(),
  /** In the filter language (docs/log-filter.md); empty for every line. */
  filter: z.string(),
  kinds: z.array(z.enum(LOG_KINDS)),
  state: z.enum(['sending', 'behind', 'failing', 'paused']),
  /** Lines that wait, counted up to `lines` where `isMore`, and the time of the oldest of them. */
  waiting: z.strictObject({ lines: z.number().int(), isMore: z.boolean(), since: Timestamp.nullable() }),
  /** Set while nothing gets through: since when, what was said last, and when it is tried again. */
  failing: z.strictObject({ since: Timestamp, message: z.string(), retryAt: Timestamp.nullable() }).nullable(),
  sentLines: z.number().int(),
  sentAt: Timestamp.nullable(),
  /** Samples before this moment were sent; null where none are. */
  metricsTo: Timestamp.nullable(),
  /** Lines that the other side would not take, and were left out; null for none. */
  refused: z.strictObject({ lines: z.number().int(), message: z.string() }).nullable(),
  /** Lines that were removed before they could be sent, with their time; null for none. */
  lost: z.strictObject({ lines: z.number().int(), from: Timestamp, until: Timestamp }).nullable(),
  /** The last test; null for none. */
  test: z.strictObject({ status: z.enum(['queued', 'sent', 'failed']), answer: z.string().nullable(), at: Timestamp }).nullable(),
  createdAt: Timestamp,
})
export type DrainView = z.infer<typeof DrainView>

export const drainCreate = command('drain.create', {
  summary: 'Send log lines (and metrics, by OTLP) elsewhere too, from now on: of an environment, a project, or the organization',
  input: z.strictObject({ organizationId, name: DisplayName, projectId: idSchema('project').optional(), environmentId: idSchema('environment').optional(), settings: Settings, secret: Secret.optional(), filter: filter.default(''), kinds: kinds.default([...LOG_KINDS]) }),
  output: DrainView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/drains', status: 201 },
  cli: 'drain create <organizationId> <name>',
  fails: ['not_found', 'conflict', 'limit_exceeded'],
})

export const drainList = query('drain.list', {
  summary: 'Where lines and metrics are sent to, without secrets, how far each is, and what is wrong',
  input: z.strictObject({ organizationId, ...PageInput }),
  output: page(DrainView),
  access: allow('organization.read', 'organization'),
  http: { method: 'GET', path: '/organizations/{organizationId}/drains', status: 200 },
  cli: 'drain list <organizationId>',
  fails: ['not_found'],
})

export const drainUpdate = command('drain.update', {
  summary: 'Change a drain. A secret that is not given stays; it goes when the server changes. What was not sent yet goes by the new settings',
  input: z.strictObject({ organizationId, drainId, name: DisplayName.optional(), settings: Settings.optional(), secret: Secret.nullable().optional(), filter: filter.optional(), kinds: kinds.optional() }),
  output: DrainView,
  access: allow('key.manage', 'organization'),
  http: { method: 'PATCH', path: '/organizations/{organizationId}/drains/{drainId}', status: 200 },
  cli: 'drain update <organizationId> <drainId>',
  fails: ['not_found', 'conflict'],
})

export const drainTest = command('drain.test', {
  summary: 'Send a test line; what the other side answers shows in `test`',
  input: z.strictObject({ organizationId, drainId }),
  output: DrainView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/drains/{drainId}/test', status: 202 },
  cli: 'drain test <organizationId> <drainId>',
  fails: ['not_found', 'not_now'],
})

export const drainPause = command('drain.pause', {
  summary: 'Send nothing for now; lines wait as long as they are kept',
  input: z.strictObject({ organizationId, drainId }),
  output: DrainView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/drains/{drainId}/pause', status: 200 },
  cli: 'drain pause <organizationId> <drainId>',
  fails: ['not_found'],
})

export const drainResume = command('drain.resume', {
  summary: 'Go on sending at once, also before the next try of one that fails; `skip` leaves out what waits',
  input: z.strictObject({ organizationId, drainId, skip: z.boolean().optional() }),
  output: DrainView,
  access: allow('key.manage', 'organization'),
  http: { method: 'POST', path: '/organizations/{organizationId}/drains/{drainId}/resume', status: 200 },
  cli: 'drain resume <organizationId> <drainId>',
  fails: ['not_found'],
})

export const drainDelete = command('drain.delete', {
  summary: 'Delete a drain; what waits in it is not sent',
  input: z.strictObject({ organizationId, drainId }),
  output: Done,
  access: allow('key.manage', 'organization'),
  http: { method: 'DELETE', path: '/organizations/{organizationId}/drains/{drainId}', status: 200 },
  cli: 'drain delete <organizationId> <drainId>',
  fails: ['not_found'],
})
