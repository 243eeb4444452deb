import { describe, expect, it } from 'vitest'

import { KEPT_PERCENTILE_ERROR, keptLatencies, latencyBucket } from '../latency-histogram'
import { readingsOf, type Watched, type WatchedService } from './readings'

const AT = 1_800_000_000_000
const HEALTHY = { phase: 'running', health: 'healthy', exitCode: null, exitSignal: null, exitByPlatform: false, crashes: 0, observedAt: AT - 10_000 } as const
const EXITED = { ...HEALTHY, phase: 'exited', health: 'unknown', exitCode: 1, crashes: 1 } as const
const SERVICE: WatchedService = { id: 'svc_a', name: 'api', version: { replicas: 1, restart: { policy: 'always', limit: 10 }, isCron: false }, replicas: [HEALTHY], uses: [], traffic: null, deployments: { decided: null, isUnderWay: false } }
const WORLD: Watched = { environmentId: 'env_a', environmentName: 'production', isTroubled: false, services: [SERVICE], volumes: [], domains: [], disk: null }

/** What one service is measured to be, by kind; `absent` for no measurement. */
function of(service: Partial<WatchedService>, world: Partial<Watched> = {}) {
  const readings = readingsOf({ ...WORLD, ...world, services: [{ ...SERVICE, ...service }] }, AT)
  return (kind: string) => {
    const found = readings.find((each) => each.kind === kind)
    return found === undefined ? 'absent' : found.value
  }
}

describe('down and unhealthy', () => {
  it.each<[string, Partial<WatchedService>, { down: unknown; unhealthy: unknown }]>([
    ['all is well', {}, { down: 0, unhealthy: 0 }],
    ['a replica that exited', { replicas: [EXITED] }, { down: 1, unhealthy: 0 }],
    ['nothing there that should be', { replicas: [] }, { down: 1, unhealthy: 0 }],
    ['the only one does not answer', { replicas: [{ ...HEALTHY, health: 'unhealthy' }] }, { down: 1, unhealthy: 1 }],
    ['one of two does not answer', { replicas: [HEALTHY, { ...HEALTHY, health: 'unhealthy' }] }, { down: 0, unhealthy: 1 }],
    ['one of two exited', { version: { ...SERVICE.version!, replicas: 2 }, replicas: [HEALTHY, EXITED] }, { down: 0, unhealthy: 0 }],
    ['it runs for a moment between crashes', { replicas: [{ ...HEALTHY, crashes: 3 }] }, { down: 1, unhealthy: 0 }],
    ['it was meant to end', { version: { ...SERVICE.version!, restart: { policy: 'on_failure', limit: 3 } }, replicas: [{ ...EXITED, exitCode: 0 }] }, { down: 0, unhealthy: 0 }],
    ['nobody looked for a while', { replicas: [{ ...EXITED, observedAt: AT - 300_000 }] }, { down: null, unhealthy: null }],
    ['it is not meant to run', { version: null, replicas: [] }, { down: 'absent', unhealthy: 'absent' }],
  ])('%s', (_, service, { down, unhealthy }) => {
    const value = of(service)
    expect([value('down'), value('unhealthy')]).toEqual([down, unhealthy])
  })

  it('is unknown where the target cannot be reached', () => {
    expect(of({ replicas: [] }, { isTroubled: true })('down')).toBeNull()
  })
})

describe('use', () => {
  const use = { memoryBytes: 50 * 1024 * 1024, memoryLimitBytes: 100 * 1024 * 1024, cpuMilli: 400, cpuLimitMilli: 500 }
  it('is of the replica that is worst off', () => {
    const value = of({ uses: [use, { ...use, cpuMilli: 100, memoryBytes: 90 * 1024 * 1024 }] })
    expect([value('cpu'), value('cpu_milli'), value('memory'), value('memory_mib')]).toEqual([80, 400, 90, 90])
  })

  it('has no share without a limit, and is unknown before it is measured', () => {
    const value = of({ uses: [{ ...use, memoryLimitBytes: null, cpuLimitMilli: null }] })
    expect([value('cpu'), value('cpu_milli'), value('memory'), value('memory_mib')]).toEqual(['absent', 400, 'absent', 50])
    expect([of({})('cpu'), of({})('cpu_milli'), of({})('memory_mib')]).toEqual([null, null, null])
    expect(of({ uses: [{ ...use, cpuMilli: null }] })('cpu')).toBeNull()
  })
})

describe('traffic', () => {
  const NONE = { requests: 0, failed: 0 }
  const latencies = keptLatencies({ [latencyBucket(1_100)]: 20 })
  it('has a rate where there were enough requests', () => {
    const value = of({ traffic: { requests: 20, failed: 5, latencies, besides: NONE } })
    expect(value('error_rate')).toBe(25)
    // As near as charts and the canvas tell it.
    expect(Math.abs(Number(value('latency_p95')) / 1_100 - 1)).toBeLessThan(KEPT_PERCENTILE_ERROR)
  })
  it('is unknown of a few, and of none', () => {
    expect(of({ traffic: { requests: 9, failed: 9, latencies, besides: NONE } })('error_rate')).toBeNull()
    expect(of({})('latency_p95')).toBeNull()
  })
  it('says of a few how slow the slowest was, where none failed', () => {
    const atMost = (failed: number) => readingsOf({ ...WORLD, services: [{ ...SERVICE, traffic: { requests: 9, failed, latencies, besides: NONE } }] }, AT).find(({ kind }) => kind === 'latency_p95')!.atMost
    expect(Math.abs(atMost(0)! / 1_100 - 1)).toBeLessThan(KEPT_PERCENTILE_ERROR)
    expect(atMost(1)).toBeUndefined()
  })
  it.each<[string, WatchedService['traffic'], { error_rate: boolean; latency_p95: boolean }]>([
    ['nothing came', { requests: 0, failed: 0, latencies: [], besides: NONE }, { error_rate: true, latency_p95: true }],
    ['a few came, and none failed', { requests: 9, failed: 0, latencies, besides: NONE }, { error_rate: true, latency_p95: false }],
    ['one of a few failed', { requests: 9, failed: 1, latencies, besides: NONE }, { error_rate: false, latency_p95: false }],
    ['it is asked in vain, as no version of it is there', { requests: 0, failed: 0, latencies: [], besides: { requests: 3, failed: 3 } }, { error_rate: false, latency_p95: false }],
    ['visitors were only sent on', { requests: 0, failed: 0, latencies: [], besides: { requests: 3, failed: 0 } }, { error_rate: true, latency_p95: true }],
    ['enough came for a rate', { requests: 20, failed: 0, latencies, besides: NONE }, { error_rate: false, latency_p95: false }],
    ['nobody counted', null, { error_rate: false, latency_p95: false }],
  ])('is quiet, or not, where %s', (_, traffic, expected) => {
    const isQuiet = (kind: string) => readingsOf({ ...WORLD, services: [{ ...SERVICE, traffic }] }, AT).find((each) => each.kind === kind)!.isQuiet ?? false
    expect({ error_rate: isQuiet('error_rate'), latency_p95: isQuiet('latency_p95') }).toEqual(expected)
  })
})

describe('failures', () => {
  const hour = 3_600_000
  it.each<[string, WatchedService['deployments'], unknown]>([
    ['nothing was deployed', { decided: null, isUnderWay: false }, 'absent'],
    ['it failed', { decided: { failed: true, at: AT - hour }, isUnderWay: false }, 1],
    ['it failed long ago', { decided: { failed: true, at: AT - 25 * hour }, isUnderWay: false }, null],
    ['the next is on its way', { decided: { failed: true, at: AT - hour }, isUnderWay: true }, null],
    ['it did not fail', { decided: { failed: false, at: AT - 25 * hour }, isUnderWay: false }, 0],
  ])('of a deployment: %s', (_, deployments, expected) => {
    expect(of({ deployments, version: null })('deployment_failed')).toBe(expected)
  })

  it('of snapshots, and what volumes and the disk hold', () => {
    const volume = { id: 'vol_a', name: 'data', serviceId: 'svc_a', sizeBytes: 95 * 1024 * 1024, limitMib: 100, snapshot: { failed: true, at: AT - hour } }
    const readings = readingsOf({ ...WORLD, services: [], volumes: [volume, { ...volume, id: 'vol_b', limitMib: null, snapshot: null }], disk: { totalBytes: 100, freeBytes: 5 } }, AT)
    expect(readings.map(({ kind, subjectId, value }) => [kind, subjectId, value])).toEqual([['volume', 'vol_a', 95], ['snapshot_failed', 'vol_a', 1], ['disk', 'env_a', 95]])
  })
})

describe('certificates', () => {
  const day = 24 * 3_600_000
  it.each([
    ['with months left', 90, 80, 0],
    ['with eight days left', 90, 8, 0],
    ['with six days left', 90, 6, 1],
    ['that has ended', 90, -1, 1],
    ['of six days, with two left', 6, 2, 0],
    ['of six days, with one left', 6, 1, 1],
  ])('one %s', (_, lifeDays, leftDays, expected) => {
    const notAfter = AT + leftDays * day
    const readings = readingsOf({ ...WORLD, domains: [{ id: 'dom_a', hostname: 'example.com', serviceId: 'svc_a', notBefore: notAfter - lifeDays * day, notAfter }] }, AT)
    expect(readings.find(({ kind }) => kind === 'certificate')).toEqual({ kind: 'certificate', subjectId: 'dom_a', subjectName: 'example.com', serviceId: 'svc_a', value: expected })
  })
})
