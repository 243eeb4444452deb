import { describe, expect, it, test } from 'vitest'

import { findReferences } from './expression'
import { dependantsOf, formatReference, referencesIn, resolveVariables, type ReferenceWorld } from './reference'

const offers = { URL: 'http://127.0.0.1:30001', HOST: '127.0.0.1', PORT: '30001', PUBLIC_URL: 'http://api.localhost' }
type Services = Record<string, Record<string, string>>
const world = (services: Services): ReferenceWorld => {
  const owners = new Map(Object.entries(services).map(([name, variables]) => [name, { variables: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, { value, generated: ['gen-1', 'gen-2'] }])), offers: name === 'shared' ? {} : offers }]))
  return (name) => owners.get(name)
}

test.each(['api', 'my api', 'ünï', '🚀', '; rm -rf /', 'a.b'])('a reference to %s is found again', (name) => {
  expect(findReferences(`x ${formatReference(name, 'KEY')} y`).map(({ service, key }) => [service, key])).toEqual([[name, 'KEY']])
})

describe('resolving', () => {
  const given: [string, Services, string][] = [
    ['plain text', { web: { A: 'x $HOME ${B} $(id)' } }, 'x $HOME ${B} $(id)'],
    ['what others offer', { web: { A: '${{api.URL}}/v1' }, api: {} }, 'http://127.0.0.1:30001/v1'],
    ['a variable of another service', { web: { A: 'Bearer ${{ api.TOKEN }}' }, api: { TOKEN: 't' } }, 'Bearer t'],
    ['a shared variable', { web: { A: '<${{shared.TOKEN}}>' }, shared: { TOKEN: '${{api.B}}' }, api: { B: 'b' } }, '<b>'],
    ['an own variable before what is offered', { web: { A: '${{api.URL}}' }, api: { URL: 'mine' } }, 'mine'],
    ['references in references', { web: { A: '${{api.B}}' }, api: { B: '<${{api.C}}>', C: 'c' } }, '<c>'],
    ['what was generated, in order', { web: { A: '${{secret(32)}}:${{ secret(8, "ab") }}' } }, 'gen-1:gen-2'],
    ['a literal, which is not read again', { web: { A: '${{"${{"}}api.URL}} ${{"${{api.URL"}}}}' }, api: {} }, '${{api.URL}} ${{api.URL}}'],
    ['values that look like references as they are', { web: { A: '${{api.B}}${{api.C}}' }, api: { B: '${{"${{"}}', C: 'web.A}}' } }, '${{web.A}}'],
  ]
  it.each(given)('gives %s', (_, services, expected) => {
    expect(resolveVariables('web', world(services))).toMatchObject({ ok: true, variables: { A: expected } })
  })

  const refused: [string, Services, RegExp][] = [
    ['an unknown service', { web: { A: '${{gone.URL}}' } }, /no service named gone/],
    ['an unknown variable', { web: { A: '${{api.GONE}}' }, api: {} }, /api has no variable GONE/],
    ['an unknown shared variable', { web: { A: '${{shared.URL}}' }, shared: {} }, /the shared variables of this environment have no variable URL/],
    ['a circle', { web: { A: '${{api.B}}' }, api: { B: '${{web.A}}' } }, /web\.A → api\.B → web\.A/],
    ['a circle of one', { web: { A: 'x${{web.A}}' } }, /web\.A → web\.A/],
    ['a circle entered from outside', { web: { A: '${{api.B}}' }, api: { B: '${{db.C}}' }, db: { C: '${{api.B}}' } }, /: api\.B → db\.C → api\.B/],
    ['a circle through shared variables', { web: { A: '${{shared.B}}' }, shared: { B: '${{web.A}}' } }, /web\.A → shared\.B → web\.A/],
    ['a circle through a key that is also offered', { web: { A: '${{api.URL}}' }, api: { URL: '${{web.A}}' } }, /web\.A → api\.URL → web\.A/],
    ['names of object members', { web: { A: '${{constructor.name}}' } }, /no service named constructor/],
    ['keys of object members', { web: { A: '${{api.constructor}}' }, api: {} }, /api has no variable constructor/],
  ]
  it.each(refused)('refuses %s', (_, services, message) => {
    expect(resolveVariables('web', world(services))).toMatchObject({ ok: false, key: 'A', message: expect.stringMatching(message) })
  })

  it('says what it came by, values that others gave included', () => {
    const result = resolveVariables('web', world({ web: { A: '${{api.B}}', C: 'c' }, api: { B: '<${{secret(32)}}>', D: 'd' } }))
    expect(result).toMatchObject({ ok: true, reached: [{ service: 'api', key: 'B', value: '<gen-1>', generated: ['gen-1', 'gen-2'] }, { service: 'web', key: 'A', value: '<gen-1>' }, { service: 'web', key: 'C' }] })
  })

  it('ends soon when every variable refers to the next many times', () => {
    const variables = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`A${n}`, `\${{web.A${n + 1}}}`.repeat(20)]))
    expect(resolveVariables('web', world({ web: { ...variables, A60: '' } }))).toMatchObject({ ok: true })
    expect(resolveVariables('web', world({ web: { ...variables, A60: 'x' } }))).toMatchObject({ ok: false, message: expect.stringMatching(/becomes longer/) })
  })

  it('refuses many that are each short enough and together too long', () => {
    const services = { web: Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`A${n}`, '${{shared.LONG}}'])), shared: { LONG: 'é'.repeat(40_000) } }
    expect(resolveVariables('web', world(services))).toMatchObject({ ok: false, key: 'A13', message: expect.stringMatching(/^Together the variables of web become longer than 1048576 bytes/) })
  })

  it('counts bytes, not characters', () => {
    expect(resolveVariables('web', world({ web: { A: '🚀'.repeat(32_768) } }))).toMatchObject({ ok: false, message: expect.stringMatching(/131071 bytes/) })
    expect(resolveVariables('web', world({ web: { A: '🚀'.repeat(32_767) } }))).toMatchObject({ ok: true })
  })

  it('refuses a chain that is too long to follow', () => {
    const variables = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`A${n}`, `\${{web.A${n + 1}}}`]))
    expect(resolveVariables('web', world({ web: { ...variables, A400: 'x' } }))).toMatchObject({ ok: false, message: expect.stringMatching(/follow one another/) })
  })
})

describe('what changes with a variable', () => {
  const all = [
    ['web', 'A', '${{api.B}}'],
    ['web', 'OWN', '${{web.A}}'],
    ['api', 'B', '${{shared.C}}x${{shared.C}}'],
    ['shared', 'D', '${{shared.C}}'],
    ['job', 'E', '${{shared.D}}'],
    ['db', 'F', '${{api.URL}} ${{"${{shared.C"}}}}'],
    ['loop', 'G', '${{loop.G}}'],
  ].map(([service, key, value]) => ({ service: service!, key: key!, references: referencesIn(value!) }))
  it.each([
    ['shared', ['C'], ['api', 'job', 'web']],
    ['shared', ['D'], ['job']],
    ['api', ['B'], ['web']],
    ['api', ['URL'], ['db']],
    ['web', ['A'], []],
    ['loop', ['G'], []],
  ])('%s %j: %j', (owner, keys, expected) => expect([...dependantsOf(owner, keys, all)].filter((name) => name !== 'shared').sort()).toEqual(expected))
})
