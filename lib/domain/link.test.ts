import { describe, expect, it } from 'vitest'

import { linksOf, type LinkSource } from './link'

const service = (id: string, name: string, references: Record<string, string[]> = {}): LinkSource => ({
  id,
  name,
  references: Object.entries(references).flatMap(([variable, names]) => names.map((to) => ({ variable, service: to }))),
})

describe('links', () => {
  const table: [string, LinkSource[], string[]][] = [
    ['no references draw nothing', [service('1', 'web'), service('2', 'api')], []],
    ['one reference is one link', [service('1', 'web', { API_URL: ['api'] }), service('2', 'api')], ['1>2 API_URL']],
    ['several variables share a link', [service('1', 'web', { B: ['api'], A: ['api'] }), service('2', 'api')], ['1>2 A,B']],
    ['a variable that refers twice is named once', [service('1', 'web', { A: ['api', 'api'] }), service('2', 'api')], ['1>2 A']],
    ['a variable may refer to several', [service('1', 'web', { A: ['api', 'db'] }), service('2', 'api'), service('3', 'db')], ['1>2 A', '1>3 A']],
    ['both directions are two links', [service('1', 'web', { A: ['api'] }), service('2', 'api', { B: ['web'] })], ['1>2 A', '2>1 B']],
    ['itself is not linked', [service('1', 'web', { A: ['web'] })], []],
    ['an unknown service is not linked', [service('1', 'web', { A: ['gone'] })], []],
    ['names of object members are only names', [service('1', 'web', { A: ['constructor', '__proto__'] })], []],
    ['a name with spaces is found', [service('1', 'web', { A: ['my api'] }), service('2', 'my api')], ['1>2 A']],
    ['names are told apart by case, as references are', [service('1', 'web', { A: ['API'] }), service('2', 'api')], []],
  ]
  it.each(table)('%s', (_, services, expected) => {
    expect(linksOf(services).map((link) => `${link.from}>${link.to} ${link.variables.join(',')}`)).toEqual(expected)
  })

  it('come in the same order whatever the order of the services', () => {
    const services = [service('1', 'web', { A: ['api'] }), service('2', 'api', { B: ['web'] }), service('3', 'job', { C: ['api', 'web'] })]
    expect(linksOf([...services].reverse())).toEqual(linksOf(services))
  })
})
