import { describe, expect, test } from 'vitest'

import { ServiceSettings } from '../contract/service-settings'
import { fillOf, mountPathProblem, overlap, settingsInForce, volumeVariable, volumeVariables } from './mount'

describe('a mount path', () => {
  test.each(['/data', '/app/data', '/var/lib/postgresql/data', '/srv/my files', '/a/b.c-d_e@f+g'])('may be %s', (path) => expect(mountPathProblem(path)).toBeNull())

  test.each([
    ['data', 'begins with a slash'],
    ['', 'begins with a slash'],
    ['/', 'would hide'],
    ['/app', 'would hide'],
    ['/etc', 'would hide'],
    ['/proc/self', 'below /proc'],
    ['/sys/fs', 'below /sys'],
    ['/dev/shm', 'below /dev'],
    ['/data/', 'no empty part'],
    ['//data', 'no empty part'],
    ['/data/..', 'no empty part'],
    ['/data/./x', 'no empty part'],
    ['/da:ta', 'is made of letters'],
    ['/da\nta', 'is made of letters'],
    ['/ data', 'is made of letters'],
    [`/${'a'.repeat(201)}`, 'at most 200'],
  ])('may not be %j', (path, why) => expect(mountPathProblem(path)).toContain(why))

  test('is inside of another only by whole names', () => {
    expect(overlap('/data', '/data')).toBe(true)
    expect(overlap('/data/in', '/data')).toBe(true)
    expect(overlap('/data', '/data/in')).toBe(true)
    expect(overlap('/data', '/database')).toBe(false)
  })
})

test.each([['data', 'EASEL_VOLUME_DATA'], ['My files 2', 'EASEL_VOLUME_MY_FILES_2'], ['é-à', 'EASEL_VOLUME_E_A'], ['データ', 'EASEL_VOLUME_VOLUME']])('the variable of %j is %s', (name, variable) => expect(volumeVariable(name)).toBe(variable))

test('the first volume has a variable that is always the same, whatever others are called', () => {
  expect(volumeVariables([{ name: 'data', at: '/data' }, { name: 'path', at: '/other' }])).toEqual({ EASEL_VOLUME_DATA: '/data', EASEL_VOLUME_PATH: '/data' })
  expect(volumeVariables([])).toEqual({})
})

describe('the settings in force', () => {
  const settings = ServiceSettings.parse({ replicas: 3, cron: { schedule: '@daily', overlap: 'parallel' } })
  const mounts = [{ volumeId: 'vol_1', name: 'data', path: '/data' }]

  test('are those that are set, without a volume', () => {
    expect(settingsInForce({ settings })).toBe(settings)
    expect(settingsInForce({ settings, mounts: [] })).toBe(settings)
  })

  test('have one writer, with one', () => {
    expect(settingsInForce({ settings, mounts })).toMatchObject({ replicas: 1, rollout: 'replace', cron: { schedule: '@daily', overlap: 'wait' } })
    expect(settingsInForce({ settings: ServiceSettings.parse({ cron: { schedule: '@daily', overlap: 'skip' } }), mounts })).toMatchObject({ cron: { overlap: 'skip' } })
  })
})

test.each([
  [null, 10, 'fine'],
  [5, null, 'unlimited'],
  [0.79, 1, 'fine'],
  [0.8, 1, 'near'],
  [1, 1, 'over'],
  [3, 1, 'over'],
] as const)('%s MiB of %s is %s', (sizeMib, limitMib, use) => expect(fillOf({ sizeBytes: sizeMib === null ? null : sizeMib * 1_048_576, limitMib })).toBe(use))
