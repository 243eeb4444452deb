import { describe, expect, it } from 'vitest'

import { circleFrom } from './reference-circle'

const world = (services: Record<string, Record<string, string>>) => {
  const all = new Map(Object.entries(services).map(([name, variables]) => [name, new Map(Object.entries(variables))]))
  return (name: string) => all.get(name)
}

describe('a circle of references', () => {
  const table: [string, Record<string, Record<string, string>>, string | null][] = [
    ['none without references', { web: { A: 'plain' } }, null],
    ['none in a chain', { web: { A: '${{api.B}}' }, api: { B: '${{db.C}}' }, db: { C: 'x' } }, null],
    ['none in a diamond', { web: { A: '${{api.B}}${{api.C}}' }, api: { B: '${{db.D}}', C: '${{db.D}}' }, db: { D: 'x' } }, null],
    ['none for what the platform offers', { web: { A: '${{api.URL}}' }, api: { B: '${{web.URL}}' } }, null],
    ['none for references to nothing', { web: { A: '${{gone.B}} ${{web.GONE}} ${{constructor.X}}' } }, null],
    ['of one', { web: { A: 'x${{web.A}}' } }, 'web.A → web.A'],
    ['of two', { web: { A: '${{api.B}}' }, api: { B: '${{web.A}}' } }, 'web.A → api.B → web.A'],
    ['entered from outside', { web: { A: '${{api.B}}' }, api: { B: '${{db.C}}' }, db: { C: '${{api.B}}' } }, 'api.B → db.C → api.B'],
    ['through an own variable named like one of the platform', { web: { A: '${{api.URL}}' }, api: { URL: '${{web.A}}' } }, 'web.A → api.URL → web.A'],
  ]
  it.each(table)('%s', (_, services, expected) => {
    expect(circleFrom('web', world(services))).toBe(expected)
  })

  it('is found in time however often the same variable is referred to', () => {
    const variables = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`A${n}`, `\${{web.A${n + 1}}}`.repeat(50)]))
    expect(circleFrom('web', world({ web: variables }))).toBeNull()
  })

  it('includes a chain that is too long to follow', () => {
    const variables = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`A${n}`, `\${{web.A${n + 1}}}`]))
    expect(circleFrom('web', world({ web: variables }))).toMatch(/^web\.A0 → .* … → web\.A100$/)
  })
})
