import { describe, expect, it, test } from 'vitest'

import { findReferences, formatReference, resolveVariables, type ReferenceWorld } from './reference'

const platform = { URL: 'http://127.0.0.1:30001', HOST: '127.0.0.1', PORT: '30001', PUBLIC_URL: 'http://api.localhost' }
const world = (services: Record<string, Record<string, string>>): ReferenceWorld => ({
  services: Object.fromEntries(Object.entries(services).map(([name, variables]) => [name, { variables, platform }])),
})

test.each(['api', 'my api', 'ünï', '🚀', '; rm -rf /', 'a.b'])('a reference to %s is found again', (name) => {
  expect(findReferences(`x ${formatReference(name, 'KEY')} y`).map(({ service, key }) => [service, key])).toEqual([[name, 'KEY']])
})

describe('resolving', () => {
  it.each([
    ['plain text', { web: { A: 'x $HOME ${B} $(id)' } }, 'x $HOME ${B} $(id)'],
    ['what the platform offers', { web: { A: '${{api.URL}}/v1' }, api: {} }, 'http://127.0.0.1:30001/v1'],
    ['a variable of another service', { web: { A: 'Bearer ${{ api.TOKEN }}' }, api: { TOKEN: 't' } }, 'Bearer t'],
    ['an own variable before what the platform offers', { web: { A: '${{api.URL}}' }, api: { URL: 'mine' } }, 'mine'],
    ['references in references', { web: { A: '${{api.B}}' }, api: { B: '<${{api.C}}>', C: 'c' } }, '<c>'],
  ])('gives %s', (_, services, expected) => {
    expect(resolveVariables('web', world(services))).toEqual({ ok: true, variables: { A: expected } })
  })

  it.each([
    ['an unknown service', { web: { A: '${{gone.URL}}' } }, /no service named gone/],
    ['an unknown variable', { web: { A: '${{api.GONE}}' }, api: {} }, /api has no variable GONE/],
    ['a circle', { web: { A: '${{api.B}}' }, api: { B: '${{web.A}}' } }, /web\.A → api\.B → web\.A/],
    ['names of object members', { web: { A: '${{constructor.name}}' } }, /no service named constructor/],
    ['keys of object members', { web: { A: '${{api.constructor}}' }, api: {} }, /api has no variable constructor/],
  ])('refuses %s', (_, services, message) => {
    expect(resolveVariables('web', world(services))).toMatchObject({ ok: false, key: 'A', message: expect.stringMatching(message) })
  })

  it('ends soon when every variable refers to the next many times', () => {
    const variables = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`A${n}`, `\${{web.A${n + 1}}}`.repeat(20)]))
    expect(resolveVariables('web', world({ web: { ...variables, A60: '' } }))).toMatchObject({ ok: true })
    expect(resolveVariables('web', world({ web: { ...variables, A60: 'x' } }))).toMatchObject({ ok: false, message: expect.stringMatching(/becomes longer/) })
  })

  it('refuses a chain that is too long to follow', () => {
    const variables = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`A${n}`, `\${{web.A${n + 1}}}`]))
    expect(resolveVariables('web', world({ web: { ...variables, A400: 'x' } }))).toMatchObject({ ok: false, message: expect.stringMatching(/follow one another/) })
  })
})
