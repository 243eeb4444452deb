import { describe, expect, it } from 'vitest'

import { ServiceSettings } from '../contract/service-settings'
import { misfits } from './settings-fit'

const cron = { schedule: '@daily' }

describe('what needs containers', () => {
  const settings = ServiceSettings.parse({ limits: { memoryMib: 256, cpuMilli: 500, pids: 64 }, readOnly: true })
  const fields = (kind: 'process' | 'docker' | null) => misfits(settings, kind).map(({ field }) => field)

  it('is refused for processes, with what to do', () => {
    expect(fields('process')).toEqual(['limits.memoryMib', 'limits.cpuMilli', 'limits.pids', 'readOnly'])
    for (const { message } of misfits(settings, 'process')) expect(message).toMatch(/Docker target\.$/)
  })

  it('fits containers, and is let be while the target is not known', () => {
    expect(fields('docker')).toEqual([])
    expect(fields(null)).toEqual([])
    expect(misfits(ServiceSettings.parse({}), 'process')).toEqual([])
  })
})

describe('settings', () => {
  it.each([
    ['nothing set', {}, []],
    ['a schedule', { cron }, []],
    ['a schedule and sleep', { cron, sleepAfterS: 60 }, ['sleepAfterS']],
    ['a schedule and a guard', { cron, guard: {} }, ['guard']],
    ['a schedule and replicas', { cron, replicas: 2 }, ['replicas']],
    ['a schedule and a static site', { cron, outputDirectory: 'dist' }, ['outputDirectory']],
    ['a schedule and a path of metrics', { cron, metricsPath: '/metrics' }, ['metricsPath']],
    ['a schedule and everything else', { cron, sleepAfterS: 60, guard: {}, replicas: 2 }, ['sleepAfterS', 'guard', 'replicas']],
    ['replacing', { rollout: 'replace' as const }, []],
    ['replacing and replicas', { rollout: 'replace' as const, replicas: 3 }, ['rollout']],
    ['overlapping and replicas, sleep and guard', { replicas: 3, sleepAfterS: 60, guard: {} }, []],
  ])('%s', (_, settings, fields) => {
    const found = misfits(ServiceSettings.parse(settings))
    expect(found.map(({ field }) => field)).toEqual(fields)
    for (const { message } of found) expect(message).toMatch(/\.$/)
  })

  it('say what was found', () => {
    expect(misfits(ServiceSettings.parse({ rollout: 'replace', replicas: 3 }))[0]!.message).toContain('but 3 are set')
  })
})
