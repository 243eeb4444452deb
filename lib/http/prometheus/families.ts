import type { PlatformMetrics } from '../../contract/metric'
import type { Part, PartUse } from '../../db/queries/scrape'
import type { Latest } from '../../db/queries/metrics'
import type { Family, Sample } from './exposition'

// What is told, by the names that Prometheus has for things: base units, and counts that end with `_total`.

/** How the platform is. */
export function platformFamilies({ queue, reconcile, http, database }: PlatformMetrics): Family[] {
  const { oldestMs, ...jobs } = queue
  const timed = (name: string, what: string, { count, failed, p50Ms, p95Ms }: Omit<typeof http, 'open'>): Family[] => [
    { name: `easel_${name}_total`, help: `${what} since the processes that count them began.`, type: 'counter', samples: [{ labels: {}, value: count }] },
    { name: `easel_${name}_failed_total`, help: `Those of them that failed.`, type: 'counter', samples: [{ labels: {}, value: failed }] },
    { name: `easel_${name}_seconds`, help: `How long they took.`, type: 'summary', samples: Object.entries({ '0.5': p50Ms, '0.95': p95Ms }).flatMap(([quantile, ms]) => (ms === null ? [] : [{ labels: { quantile }, value: ms / 1_000 }])) },
  ]
  return [
    { name: 'easel_jobs', help: 'Jobs in the queue, by what becomes of them.', type: 'gauge', samples: Object.entries(jobs).map(([status, value]) => ({ labels: { status }, value })) },
    { name: 'easel_jobs_oldest_seconds', help: 'For how long the first job that could be begun has waited.', type: 'gauge', samples: [{ labels: {}, value: (oldestMs ?? 0) / 1_000 }] },
    ...timed('reconciliations', 'Looks at environments', reconcile),
    ...timed('http_requests', 'Requests to the console', http),
    { name: 'easel_http_open', help: 'Requests to the console that are at work.', type: 'gauge', samples: [{ labels: {}, value: http.open }] },
    { name: 'easel_database_connections', help: 'Connections to the database of the platform.', type: 'gauge', samples: database.connections.map(({ name, total }) => ({ labels: { process: name }, value: total })) },
    { name: 'easel_database_connections_allowed', help: 'How many there may be.', type: 'gauge', samples: [{ labels: {}, value: database.allowed }] },
    { name: 'easel_database_bytes', help: 'Size of the database of the platform.', type: 'gauge', samples: [{ labels: {}, value: database.sizeBytes }] },
  ]
}

/** What parts of services use, and how often they were started again. */
export function workloadFamilies(uses: readonly PartUse[], restarts: readonly (Part & { restarts: number })[]): Family[] {
  const family = (name: string, help: string, value: (use: PartUse) => number | null): Family => ({
    name: `easel_workload_${name}`,
    help,
    type: name.endsWith('_total') ? 'counter' : 'gauge',
    samples: uses.flatMap((use) => toSample(labelsOf(use), value(use))),
  })
  return [
    family('cpu_cores', 'Processors used.', ({ cpuMilli }) => (cpuMilli === null ? null : cpuMilli / 1_000)),
    family('memory_bytes', 'Memory used.', ({ memoryBytes }) => memoryBytes),
    family('memory_limit_bytes', 'Memory that may be used.', ({ memoryLimitBytes }) => memoryLimitBytes),
    family('processes', 'Processes.', ({ processes }) => processes),
    family('network_receive_bytes_total', 'Bytes received.', ({ receivedBytes }) => receivedBytes),
    family('network_transmit_bytes_total', 'Bytes sent.', ({ sentBytes }) => sentBytes),
    { name: 'easel_workload_restarts_total', help: 'Starts after the first one.', type: 'counter', samples: restarts.map((part) => ({ labels: labelsOf(part), value: part.restarts })) },
  ]
}

/** What services answered of late; `parts` say what they are called. */
export function trafficFamilies(latest: readonly Latest[], parts: readonly Part[]): Family[] {
  const places = new Map(parts.map((part) => [part.serviceId, part]))
  const family = (name: string, help: string, { measure, unit = 1 }: { measure: Latest['measure']; unit?: number }): Family => ({
    name: `easel_service_${name}`,
    help,
    type: 'gauge',
    samples: latest.flatMap((one) => {
      const place = places.get(one.labels.serviceId ?? '')
      if (one.measure !== measure || !place) return []
      const { part: _part, ...labels } = labelsOf(place)
      return toSample(labels, one.mean * unit)
    }),
  })
  return [
    family('requests_per_second', 'Requests over the last minute.', { measure: 'requests' }),
    family('errors_per_second', 'Requests over the last minute that failed.', { measure: 'errors' }),
    family('latency_p95_seconds', 'Within this time 19 of 20 answers came, over the last minute.', { measure: 'latency_p95', unit: 1 / 1_000 }),
  ]
}

function toSample(labels: Record<string, string>, value: number | null): Sample[] {
  return value === null ? [] : [{ labels, value }]
}

function labelsOf({ project, environment, service, serviceId, part }: Part): Record<string, string> {
  return { project, environment, service, service_id: serviceId, part }
}
