import { z } from 'zod'

import { GROUPINGS, MEASURES, OWN_KINDS, UNITS } from '../domain/metric/measure'
import { idSchema } from '../ids'
import { Timestamp } from './common'
import { allow, query } from './entry'

/** What a program calls a metric of its own. */
export const MetricName = z.string().min(1).max(128)

/** One line of a chart. */
export const MetricSeries = z.strictObject({
  /**
   * What tells it apart, by what was asked for: `serviceId` and `name` of the service, `part` (number of a replica, `prepare`, or `run` for all runs of a service with a schedule), `deployment`
   * (id) with `number`, `volumeId`, `status`, `route`, `attributes`. A service or volume that is gone has no `name`. `others`: how many lines with the smallest values this one is made of.
   */
  labels: z.record(z.string(), z.string()),
  /** One for each step from `from` on. Null: nothing was measured then. */
  points: z.array(z.number().nullable()),
  /** What it cannot go beyond, by the newest samples; null where there is no limit. */
  limit: z.number().nullable(),
})
export type MetricSeries = z.infer<typeof MetricSeries>

export const MetricAnswer = z.strictObject({
  measure: z.enum(MEASURES),
  unit: z.enum(UNITS),
  /** As asked for, or longer where that would be too many points or is not kept any more. */
  stepSeconds: z.number().int().positive(),
  /** Both on a whole step: `from` not after the one asked for, `until` not before it. */
  from: Timestamp,
  until: Timestamp,
  /** The largest first, 50 at most. */
  series: z.array(MetricSeries),
})
export type MetricAnswer = z.infer<typeof MetricAnswer>

/**
 * A measure over time. Levels (`cpu`, `memory`, `processes`, `db_connections`, `db_size`, `volume_used`, `volume_size`) are means over
 * a step; `take` asks for the highest or lowest sample in it instead (of a line that is several things, what these are together). `restarts` counts those in a step; other counts are per second.
 */
export const metricQuery = query('metric.query', {
  summary: 'A measure of an environment over time, in steps',
  input: z.strictObject({
    environmentId: idSchema('environment'),
    measure: z.enum(MEASURES),
    /** What a program calls it; for `own_level`, `own_rate`, `own_p50`, `own_p95` and `own_p99`, and only for those. */
    name: MetricName.optional(),
    /** Of this service only. */
    serviceId: idSchema('service').optional(),
    /** Of this volume only. */
    volumeId: idSchema('volume').optional(),
    by: z.enum(GROUPINGS).default('total'),
    take: z.enum(['mean', 'highest', 'lowest']).default('mean'),
    from: Timestamp,
    until: Timestamp,
    /** Chosen to suit the span of time when left out. */
    stepSeconds: z.coerce.number().int().min(10).max(86_400 * 7).optional(),
  }),
  output: MetricAnswer,
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/metrics', status: 200 },
  cli: 'metrics <environmentId> <measure>',
  fails: ['not_found', 'limit_exceeded'],
})

/** A metric that a program measures of itself. */
export const OwnMetricView = z.strictObject({
  name: z.string(),
  serviceId: idSchema('service'),
  /** What can be asked of it: `level` by `own_level`, `count` by `own_rate`, `spread` (a histogram) by `own_p50`, `own_p95`, `own_p99`. */
  kind: z.enum(OWN_KINDS),
  /** As its program says, in UCUM; null where it does not. */
  unit: z.string().nullable(),
  /** How many series are kept of it. */
  series: z.number().int(),
  /** Of its newest sample, to within half an hour. */
  lastAt: Timestamp,
})
export type OwnMetricView = z.infer<typeof OwnMetricView>

/** What became of asking a replica for its metrics (`metricsPath` of a service), the newest time. */
export const ScrapeView = z.strictObject({
  serviceId: idSchema('service'),
  /** The number of the replica. */
  part: z.string(),
  at: Timestamp,
  /** How many samples it told. */
  samples: z.number().int(),
  /** Why nothing was read; null where it was. */
  problem: z.string().nullable(),
  /** What of it was not kept, and why; null where all was. */
  leftOut: z.string().nullable(),
})
export type ScrapeView = z.infer<typeof ScrapeView>

export const metricNames = query('metric.names', {
  summary: 'What the programs of an environment measure of themselves, sent by OpenTelemetry or asked for at their path of metrics in the last week',
  input: z.strictObject({ environmentId: idSchema('environment'), /** Of this service only. */ serviceId: idSchema('service').optional() }),
  /** `items`: by name, 500 at most. `scrapes`: of replicas that were asked in the last minutes. */
  output: z.strictObject({ items: z.array(OwnMetricView), scrapes: z.array(ScrapeView) }),
  access: allow('service.read', 'environment'),
  http: { method: 'GET', path: '/environments/{environmentId}/metrics/names', status: 200 },
  cli: 'metric names <environmentId>',
  fails: ['not_found'],
})

/** Of events that took a while, since the processes that count them began. Times in milliseconds; null before the first. */
const Timing = { count: z.number().int(), failed: z.number().int(), p50Ms: z.number().nullable(), p95Ms: z.number().nullable() }

export const PlatformMetrics = z.strictObject({
  at: Timestamp,
  /** Of all organizations together. `oldestMs`: how long the first of those that could be taken up now has waited; null when none waits. */
  queue: z.strictObject({ waiting: z.number().int(), working: z.number().int(), retrying: z.number().int(), dead: z.number().int(), oldestMs: z.number().nullable() }),
  /** Looks of the workers that live at environments, to make them match what is wanted. */
  reconcile: z.strictObject(Timing),
  /** Requests to the web process that answers this, streams left out; `failed` with 5xx. `open`: at work now, this one included. */
  http: z.strictObject({ ...Timing, open: z.number().int() }),
  database: z.strictObject({
    /** By the process that holds them. `waiting`: for a lock. */
    connections: z.array(z.strictObject({ name: z.string(), total: z.number().int(), active: z.number().int(), inTransaction: z.number().int(), waiting: z.number().int() })),
    allowed: z.number().int(),
    sizeBytes: z.number().int(),
  }),
})
export type PlatformMetrics = z.infer<typeof PlatformMetrics>

export const metricPlatform = query('metric.platform', {
  summary: 'How the platform itself is: its queue, reconciliation, HTTP and database. For owners and admins of the first organization',
  /** The first organization; one's own when left out. */
  input: z.strictObject({ organizationId: idSchema('organization').optional() }),
  output: PlatformMetrics,
  access: allow('job.read', 'organization'),
  http: { method: 'GET', path: '/platform/metrics', status: 200 },
  cli: 'platform metrics',
  fails: ['not_found'],
})
