import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ServiceSettings } from '../contract/service-settings'
import { differences, HIDDEN, settingFields, withFieldOf, type Configuration } from './change'
import { FIELD_WORDS } from './change-words'

const settings = (changed: Record<string, unknown> = {}) => ServiceSettings.parse(changed)
const base: Configuration = { source: { type: 'template', template: 'static-site' }, settings: settings(), variables: {} }
const fieldsOf = (a: Configuration, b: Configuration) => differences(a, b).map(({ field }) => field)

describe('differences', () => {
  test('of the same are none, whatever the order of keys', () => {
    const git = { type: 'git' as const, url: 'https://example.com/a.git', ref: 'main' }
    expect(differences({ ...base, source: git }, { ...base, source: { ref: 'main', url: git.url, type: 'git' } })).toEqual([])
  })

  test('name each part of a setting once, with words', () => {
    const wanted = { ...base, settings: settings({ replicas: 3, health: { path: '/up', failures: 5 } }) }
    expect(differences(base, wanted)).toEqual([
      { field: 'settings.health.path', label: 'Health check path', before: '/', after: '/up', secret: false, effect: 'restart' },
      { field: 'settings.health.failures', label: 'Failed checks until unhealthy', before: '3', after: '5', secret: false, effect: 'restart' },
      { field: 'settings.replicas', label: 'Replicas', before: '1', after: '3', secret: false, effect: 'restart' },
    ])
  })

  test('of what is built another way take a build', () => {
    const wanted = { ...base, settings: settings({ buildCommand: 'npm run all', build: { args: { A: '1', B: '2' } } }) }
    expect(differences(base, wanted).map(({ field, effect, after }) => ({ field, effect, after }))).toEqual([
      { field: 'settings.buildCommand', effect: 'rebuild', after: 'npm run all' },
      { field: 'settings.build.args', effect: 'rebuild', after: 'A=1, B=2' },
    ])
  })

  test('of something switched on show its parts', () => {
    expect(fieldsOf(base, { ...base, settings: settings({ cron: { schedule: '@daily' } }) })).toEqual(['settings.cron.schedule', 'settings.cron.timeZone', 'settings.cron.overlap', 'settings.cron.timeoutS'])
  })

  test('never show a secret, also when it was plain before', () => {
    const before = { ...base, variables: { A: { value: 'was plain', secret: false }, B: { value: 'b', secret: false } } }
    const after = { ...base, variables: { A: { value: 'hidden now', secret: true }, C: { value: 'c', secret: true } } }
    expect(differences(before, after)).toEqual([
      { field: 'variables.A', label: 'A', before: HIDDEN, after: HIDDEN, secret: true, effect: 'rebuild' },
      { field: 'variables.B', label: 'B', before: 'b', after: null, secret: false, effect: 'rebuild' },
      { field: 'variables.C', label: 'C', before: null, after: HIDDEN, secret: true, effect: 'rebuild' },
    ])
  })

  test('have words for every setting there is', () => {
    const all = settingFields(settings({ cron: { schedule: '@daily' }, guard: {} }))
    expect([...all.keys()].filter((field) => !(field in FIELD_WORDS))).toEqual([])
  })
})

describe('a field as it is deployed', () => {
  const some = fc.record({
    replicas: fc.integer({ min: 1, max: 20 }),
    buildCommand: fc.constantFrom(null, 'make'),
    health: fc.record({ path: fc.constantFrom('/', '/up') }),
    limits: fc.record({ memoryMib: fc.constantFrom(null, 64) }),
    cron: fc.constantFrom(null, { schedule: '@daily' }, { schedule: '@hourly', timeoutS: 5 }),
  })
  const variables = fc.dictionary(fc.constantFrom('A', 'B', '__proto__', 'constructor'), fc.record({ value: fc.string(), secret: fc.boolean() }), { noNullPrototype: true })
  const configuration = fc.record({ source: fc.constantFrom(base.source, { type: 'git' as const, url: 'https://example.com/a.git' }), settings: some.map(settings), variables })

  test('is no difference any more, and all of them together leave none', () => {
    fc.assert(
      fc.property(configuration, configuration, (deployed, wanted) => {
        let next: Configuration = wanted
        for (const { field } of differences(deployed, wanted)) {
          next = withFieldOf(next, deployed, field)
          expect(fieldsOf(deployed, next)).not.toContain(field)
        }
        expect(differences(deployed, next)).toEqual([])
      }),
    )
  })

  test('leaves the others alone', () => {
    const wanted = { ...base, settings: settings({ replicas: 3, health: { path: '/up' } }), variables: { A: { value: '1', secret: false } } }
    expect(fieldsOf(base, withFieldOf(wanted, base, 'settings.health.path'))).toEqual(['settings.replicas', 'variables.A'])
  })
})
