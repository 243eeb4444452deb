import { keptPercentile } from '../latency-histogram'
import { serviceState, type SeenReplica, type StateVersion } from '../service-state'
import type { AlertKind } from './kind'
import type { Reading } from './round'

// What is known of an environment as measurements. What should be there and could not be measured is a gap (null); what is not there
// at all (nothing is meant to run, no limit is set) has no measurement, and ends its alert.

export type WatchedService = {
  id: string
  name: string
  /** The version that should run now; null where none should: nothing was deployed, somebody stopped it, it sleeps or runs by the clock. */
  version: StateVersion | null
  replicas: readonly (SeenReplica & { /** Milliseconds since 1970. */ observedAt: number })[]
  /** Of each replica that was measured within the last minute. */
  uses: readonly { memoryBytes: number; memoryLimitBytes: number | null; cpuMilli: number | null; cpuLimitMilli: number | null }[]
  /** Of the last minute, by the version that should run; null where nobody has counted just now. `besides`: what the ingress answered without asking it. */
  traffic: { requests: number; failed: number; /** Answers by the upper bound of their times in milliseconds, as they are kept. */ latencies: readonly (readonly [boundMs: number, count: number])[]; besides: { requests: number; failed: number } } | null
  /** The newest one that was decided, and whether one is on its way. */
  deployments: { decided: { failed: boolean; at: number } | null; isUnderWay: boolean }
}

export type WatchedVolume = {
  id: string
  name: string
  serviceId: string | null
  sizeBytes: number | null
  limitMib: number | null
  /** The newest one that was decided. */
  snapshot: { failed: boolean; at: number } | null
}

/** A host name that is served with a certificate; times in milliseconds since 1970. */
export type WatchedDomain = { id: string; hostname: string; serviceId: string; notBefore: number; notAfter: number }

export type Watched = {
  environmentId: string
  environmentName: string
  /** Whether its target cannot be reached, or was not told of for a while. */
  isTroubled: boolean
  services: readonly WatchedService[]
  volumes: readonly WatchedVolume[]
  domains: readonly WatchedDomain[]
  /** Of the machine below; null where it cannot be seen. */
  disk: { totalBytes: number; freeBytes: number } | null
}

/** An observation older than that says nothing of now. */
const OLD_MS = 120_000
/** Fewer requests say nothing of a rate. */
const LEAST_REQUESTS = 10
/** In a row, without a long time of health in between: it runs for a moment now and then. */
const MANY_CRASHES = 3
/** What failed longer ago is no news: whoever installs a version that watches is not told of last month. */
const NEWS_MS = 24 * 3_600_000
const MIB = 1024 * 1024
/** A certificate that ends sooner should have been renewed; of one with a short life, a quarter of it. */
const ENDS_SOON_MS = 7 * 24 * 3_600_000

/** Everything that was measured of an environment. */
export function readingsOf(watched: Watched, at: number): Reading[] {
  const { environmentId, environmentName, disk } = watched
  return [
    ...watched.services.flatMap((service) => ofService(service, { at, isTroubled: watched.isTroubled })),
    ...watched.volumes.flatMap((volume) => ofVolume(volume, at)),
    ...watched.domains.map((domain): Reading => ({ kind: 'certificate', subjectId: domain.id, subjectName: domain.hostname, serviceId: domain.serviceId, value: Number(domain.notAfter - at < Math.min(ENDS_SOON_MS, (domain.notAfter - domain.notBefore) / 4)) })),
    { kind: 'disk', subjectId: environmentId, subjectName: environmentName, serviceId: null, value: disk === null || disk.totalBytes <= 0 ? null : (1 - disk.freeBytes / disk.totalBytes) * 100 },
  ]
}

function ofService(service: WatchedService, { at, isTroubled }: { at: number; isTroubled: boolean }): Reading[] {
  const reading: Make = (kind, value, isQuiet = false) => ({ kind, subjectId: service.id, subjectName: service.name, serviceId: service.id, value, ...(isQuiet ? { isQuiet } : {}) })
  const deployed = service.deployments.decided === null && !service.deployments.isUnderWay ? [] : [reading('deployment_failed', failureOf(service.deployments.decided, service.deployments.isUnderWay, at))]
  const { version, replicas } = service
  if (version === null) return deployed
  const isUnknown = isTroubled || replicas.some(({ observedAt }) => at - observedAt > OLD_MS)
  const state = serviceState({ desired: 'running', latest: null, active: version, isSleeping: false, replicas })
  const isRunningAtAll = state === 'running' || (state === 'degraded' && replicas.some(({ phase, health }) => phase === 'running' && health !== 'unhealthy'))
  const isDown = (!isRunningAtAll && state !== 'exited') || replicas.some(({ crashes, phase }) => crashes >= MANY_CRASHES && phase !== 'exited')
  return [
    ...deployed,
    reading('down', isUnknown ? null : Number(isDown)),
    reading('unhealthy', isUnknown ? null : Number(replicas.some(({ phase, health }) => phase === 'running' && health === 'unhealthy'))),
    ...measuredUse(service, reading),
    ...measuredTraffic(service, reading),
  ]
}

type Make = (kind: AlertKind, value: number | null, isQuiet?: boolean) => Reading

function measuredUse({ uses }: WatchedService, reading: Make): Reading[] {
  const most = (values: readonly (number | null)[]) => values.reduce<number | null>((highest, value) => (value === null || (highest !== null && highest >= value) ? highest : value), null)
  const isMeasured = uses.length > 0
  // Without a limit there is no share of it; before anything was measured nobody knows whether there is one.
  const share = (kind: AlertKind, values: readonly (number | null)[], hasLimit: boolean) => (isMeasured && !hasLimit ? [] : [reading(kind, most(values))])
  return [
    ...share('cpu', uses.map(({ cpuMilli, cpuLimitMilli }) => (cpuMilli === null || !cpuLimitMilli ? null : (cpuMilli / cpuLimitMilli) * 100)), uses.some(({ cpuLimitMilli }) => cpuLimitMilli !== null)),
    reading('cpu_milli', most(uses.map(({ cpuMilli }) => cpuMilli))),
    ...share('memory', uses.map(({ memoryBytes, memoryLimitBytes }) => (!memoryLimitBytes ? null : (memoryBytes / memoryLimitBytes) * 100)), uses.some(({ memoryLimitBytes }) => memoryLimitBytes !== null)),
    reading('memory_mib', most(uses.map(({ memoryBytes }) => memoryBytes / MIB))),
  ]
}

function measuredTraffic({ traffic }: WatchedService, reading: Make): Reading[] {
  if (traffic === null) return [reading('error_rate', null), reading('latency_p95', null)]
  const { requests, failed, latencies, besides } = traffic
  if (requests >= LEAST_REQUESTS) return [reading('error_rate', (failed / requests) * 100), reading('latency_p95', keptPercentile(latencies, 0.95))]
  // Too few for a rate. That none failed, or none came, is known all the same; a service that is asked in vain is not quiet.
  const noneFailed = failed + besides.failed === 0
  const slowest = noneFailed ? keptPercentile(latencies, 1) : null
  return [reading('error_rate', null, noneFailed), { ...reading('latency_p95', null, noneFailed && requests === 0), ...(slowest === null ? {} : { atMost: slowest }) }]
}

function ofVolume({ id, name, serviceId, sizeBytes, limitMib, snapshot }: WatchedVolume, at: number): Reading[] {
  const own = { subjectId: id, subjectName: name, serviceId }
  return [
    ...(limitMib === null ? [] : [{ ...own, kind: 'volume' as const, value: sizeBytes === null ? null : (sizeBytes / (limitMib * MIB)) * 100 }]),
    ...(snapshot === null ? [] : [{ ...own, kind: 'snapshot_failed' as const, value: failureOf(snapshot, false, at) }]),
  ]
}

/** While the next is on its way nobody knows. */
function failureOf(decided: { failed: boolean; at: number } | null, isUnderWay: boolean, at: number): number | null {
  if (decided === null || isUnderWay) return null
  if (!decided.failed) return 0
  return at - decided.at > NEWS_MS ? null : 1
}
