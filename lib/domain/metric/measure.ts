// What is measured, what of it is kept, and what can be asked for.

/**
 * What is kept. `level`: how much there is, again in every sample. `count`: how much came since the sample before; what it was
 * counted from may begin anew without being seen in it. `everySeconds`: how often it is measured.
 */
export const STORED = {
  cpu: { kind: 'level', everySeconds: 10 },
  memory: { kind: 'level', everySeconds: 10 },
  processes: { kind: 'level', everySeconds: 10 },
  network_in: { kind: 'count', everySeconds: 10 },
  network_out: { kind: 'count', everySeconds: 10 },
  disk_read: { kind: 'count', everySeconds: 10 },
  disk_write: { kind: 'count', everySeconds: 10 },
  restarts: { kind: 'count', everySeconds: 10 },
  requests: { kind: 'count', everySeconds: 10 },
  errors: { kind: 'count', everySeconds: 10 },
  /** Answers by the time they took: one series for each bucket that was ever met. */
  latency: { kind: 'count', everySeconds: 10 },
  bytes_in: { kind: 'count', everySeconds: 10 },
  bytes_out: { kind: 'count', everySeconds: 10 },
  db_connections: { kind: 'level', everySeconds: 60 },
  db_size: { kind: 'level', everySeconds: 60 },
  db_lookups: { kind: 'count', everySeconds: 60 },
  db_misses: { kind: 'count', everySeconds: 60 },
  db_operations: { kind: 'count', everySeconds: 60 },
  volume_used: { kind: 'level', everySeconds: 10 },
  volume_size: { kind: 'level', everySeconds: 10 },
  // What programs measure of themselves, in the steps that their SDKs send.
  own_level: { kind: 'level', everySeconds: 60 },
  own_count: { kind: 'count', everySeconds: 60 },
  /** Of a histogram what fell between two bounds: one series for each bucket that was ever met. */
  own_bucket: { kind: 'count', everySeconds: 60 },
} as const satisfies Record<string, { kind: 'level' | 'count'; everySeconds: number }>

/** The name of something that is kept. */
export type Stored = keyof typeof STORED

export const UNITS = ['milli_cpu', 'bytes', 'bytes_per_second', 'per_second', 'ratio', 'ms', 'count', 'number'] as const
export type Unit = (typeof UNITS)[number]

/** What can be asked for. */
export const MEASURES = [
  'cpu',
  'memory',
  'network_in',
  'network_out',
  'disk_read',
  'disk_write',
  'restarts',
  'processes',
  'requests',
  'errors',
  'latency_p50',
  'latency_p95',
  'latency_p99',
  'bytes_in',
  'bytes_out',
  'db_connections',
  'db_size',
  'db_cache_hits',
  'db_operations',
  'volume_used',
  'volume_size',
  'own_level',
  'own_rate',
  'own_p50',
  'own_p95',
  'own_p99',
] as const
export type Measure = (typeof MEASURES)[number]

/**
 * How an answer is made of what is kept. `level`: the mean. `rate`: what came in a second. `increase`: what came in a step.
 * `quantile`: the time within which this share of the answers came. `spread`: the value that this share
 * of what was measured stays below. `hits`: the share of lookups that did not miss.
 */
export type Reading =
  | { how: 'level' | 'rate' | 'increase'; of: Stored; unit: Unit }
  | { how: 'quantile'; share: number; of: 'latency'; unit: 'ms' }
  | { how: 'spread'; share: number; of: 'own_bucket'; unit: 'number' }
  | { how: 'hits'; of: 'db_lookups'; without: 'db_misses'; unit: 'ratio' }

/** How each measure is read. */
export const READINGS: Record<Measure, Reading> = {
  cpu: { how: 'level', of: 'cpu', unit: 'milli_cpu' },
  memory: { how: 'level', of: 'memory', unit: 'bytes' },
  network_in: { how: 'rate', of: 'network_in', unit: 'bytes_per_second' },
  network_out: { how: 'rate', of: 'network_out', unit: 'bytes_per_second' },
  disk_read: { how: 'rate', of: 'disk_read', unit: 'bytes_per_second' },
  disk_write: { how: 'rate', of: 'disk_write', unit: 'bytes_per_second' },
  restarts: { how: 'increase', of: 'restarts', unit: 'count' },
  processes: { how: 'level', of: 'processes', unit: 'count' },
  requests: { how: 'rate', of: 'requests', unit: 'per_second' },
  errors: { how: 'rate', of: 'errors', unit: 'per_second' },
  latency_p50: { how: 'quantile', share: 0.5, of: 'latency', unit: 'ms' },
  latency_p95: { how: 'quantile', share: 0.95, of: 'latency', unit: 'ms' },
  latency_p99: { how: 'quantile', share: 0.99, of: 'latency', unit: 'ms' },
  bytes_in: { how: 'rate', of: 'bytes_in', unit: 'bytes_per_second' },
  bytes_out: { how: 'rate', of: 'bytes_out', unit: 'bytes_per_second' },
  db_connections: { how: 'level', of: 'db_connections', unit: 'count' },
  db_size: { how: 'level', of: 'db_size', unit: 'bytes' },
  db_cache_hits: { how: 'hits', of: 'db_lookups', without: 'db_misses', unit: 'ratio' },
  db_operations: { how: 'rate', of: 'db_operations', unit: 'per_second' },
  volume_used: { how: 'level', of: 'volume_used', unit: 'bytes' },
  volume_size: { how: 'level', of: 'volume_size', unit: 'bytes' },
  own_level: { how: 'level', of: 'own_level', unit: 'number' },
  own_rate: { how: 'rate', of: 'own_count', unit: 'per_second' },
  own_p50: { how: 'spread', share: 0.5, of: 'own_bucket', unit: 'number' },
  own_p95: { how: 'spread', share: 0.95, of: 'own_bucket', unit: 'number' },
  own_p99: { how: 'spread', share: 0.99, of: 'own_bucket', unit: 'number' },
}

/** By what a series of an answer can be told apart from the others. */
export const GROUPINGS = ['total', 'service', 'part', 'deployment', 'volume', 'status', 'route', 'attributes'] as const
export type Grouping = (typeof GROUPINGS)[number]

/** What tells one series from another. What does not apply is left out. */
export type SeriesLabels = {
  environmentId: string
  serviceId?: string
  volumeId?: string
  deploymentId?: string
  /** The number of a replica, `prepare`, or `run` for all runs. */
  part?: string
  /** Of answers, by class: `2xx`, …, or `none` for requests that got no answer. */
  status?: string
  /** Of answers: the template, such as `GET /users/:id`. */
  route?: string
  /** Of a program's own metrics: what it is called. */
  name?: string
  /** In which unit, as its program says (UCUM, such as `s` or `By`). */
  unit?: string
  /** What tells its series apart, such as `method=GET, status=200`. */
  attributes?: string
}

/** Measures that programs name themselves: they are asked for by that name. */
export const OWN_MEASURES: ReadonlySet<Measure> = new Set<Measure>(['own_level', 'own_rate', 'own_p50', 'own_p95', 'own_p99'])

/** What programs measure of themselves: how much there is, how much came, or how it is spread. */
export const OWN_KINDS = ['level', 'count', 'spread'] as const
export type OwnKind = (typeof OWN_KINDS)[number]
export type StoredOwn = 'own_level' | 'own_count' | 'own_bucket'
export const STORED_OWN: Record<OwnKind, StoredOwn> = { level: 'own_level', count: 'own_count', spread: 'own_bucket' }
