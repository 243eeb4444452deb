import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { expressionComplaint, findExpressions, replaceExpressions } from './expression'
import { generate, settle } from './generate'
import { resolveVariables, type Owner } from './reference'

/** Text made of what expressions are made of, so that it nearly is one, often. */
const text = fc.string({ unit: fc.constantFrom('${{', '}}', '$', '{', '}', '"', '.', 'a', 'B', ' ', '\n', '\\', 'é', '🚀', 'secret(9)', '$&', '$1'), maxLength: 14 })
const NAMES = ['web', 'api', 'my db', 'shared']
const KEYS = ['A', 'B', 'C']
const reference = fc.tuple(fc.constantFrom(...NAMES, 'gone', '__proto__'), fc.constantFrom(...KEYS, 'URL', 'constructor')).map(([name, key]) => `\${{"${name}".${key}}}`)
const value = fc.array(fc.oneof(text, reference), { maxLength: 5 }).map((parts) => parts.join(''))
const environment = fc.record(Object.fromEntries(NAMES.map((name) => [name, fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 3 })])) as Record<string, fc.Arbitrary<Record<string, string>>>)

const worldOf = (services: Record<string, Record<string, string>>) => {
  const owners = new Map<string, Owner>(
    Object.entries(services).map(([name, variables]) => [name, { variables: Object.fromEntries(Object.entries(variables).map(([key, written]) => [key, { value: written, generated: settle(written, undefined) }])), offers: (name === 'shared' ? {} : { URL: `<${name}>` }) as Record<string, string> }]),
  )
  return { owners, world: (name: string) => owners.get(name) }
}

describe('the resolver, whatever is written', () => {
  it('ends, and gives texts that are long enough for nobody to wait', () =>
    fc.assert(
      fc.property(environment, (services) => {
        const result = resolveVariables('web', worldOf(services).world)
        if (result.ok) expect(Object.keys(result.variables)).toEqual(Object.keys(services.web!))
        else expect(result.message).toMatch(/circle|no service named|no variable/)
      }),
      { numRuns: 400 },
    ))

  it('keeps every byte that is no expression, and reads nothing twice', () =>
    fc.assert(
      fc.property(environment, (services) => {
        const { owners, world } = worldOf(services)
        const result = resolveVariables('web', world)
        if (!result.ok) return
        // Every reference of a value is resolved by itself; put together they are the value.
        for (const [key, written] of Object.entries(services.web!)) {
          let generators = 0
          const expected = replaceExpressions(written, (expression) => {
            if (expression.kind === 'literal') return expression.value
            if (expression.kind === 'generator') return owners.get('web')!.variables[key]!.generated![generators++]!
            const alone = resolveVariables(expression.service, world, [expression.key])
            if (!alone.ok) throw new Error(alone.message)
            const owner = owners.get(expression.service)!
            return Object.hasOwn(owner.variables, expression.key) ? alone.variables[expression.key]! : owner.offers[expression.key]!
          })
          expect(result.variables[key]).toBe(expected)
        }
      }),
      { numRuns: 400 },
    ))

  it('never gives what is outside the world it was given', () =>
    fc.assert(
      fc.property(environment, (services) => {
        const asked: string[] = []
        resolveVariables('web', (name) => {
          asked.push(name)
          return worldOf(services).world(name)
        })
        const named = new Set(Object.values(services).flatMap((variables) => Object.values(variables)).flatMap((written) => findExpressions(written).flatMap((found) => (found.kind === 'reference' ? [found.service] : []))))
        expect(asked.filter((name) => name !== 'web' && !named.has(name))).toEqual([])
      }),
      { numRuns: 200 },
    ))

  it('says any text with the help of a literal', () =>
    fc.assert(
      fc.property(text, (wanted) => {
        const written = wanted.replaceAll('${{', '${{"${{"}}')
        expect(expressionComplaint(written)).toBeNull()
        expect(resolveVariables('web', worldOf({ web: { A: written } }).world)).toMatchObject({ ok: true, variables: { A: wanted } })
      }),
      { numRuns: 400 },
    ))

  it('puts back what it takes apart', () => fc.assert(fc.property(value, (written) => void expect(replaceExpressions(written, (expression) => expression.text)).toBe(written))))
})

describe('what begins like an expression and is none', () => {
  it.each(['${{api}}', '${{api.}}', '${{ }}', 'a ${{api.URL', '${{secret()}}', '${{secret(32, abc)}}', '${{api.1}}', '${{a.B}} ${{'])('%s is complained about', (written) => expect(expressionComplaint(written)).toMatch(/is no reference/))
  it.each(['${{secret(7)}}', '${{secret(1025)}}', '${{secret(0)}}'])('%s is of no use', (written) => expect(expressionComplaint(written)).toMatch(/8 to 1024 characters/))
  it('an alphabet needs two characters', () => expect(expressionComplaint('${{secret(32, "aaa")}}')).toMatch(/two different/))
  it.each(['', 'plain ${A} $$ {{x}}', '${{"${{"}}', '${{api.URL}}${{"my api".KEY}}${{ secret( 32 , "ab" ) }}'])('%s is well', (written) => expect(expressionComplaint(written)).toBeNull())
})

describe('generating', () => {
  it('takes characters of the alphabet only, as many as asked for', () =>
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 200 }), fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).filter((c) => [...c].length === 1), { minLength: 2, maxLength: 80 }), (length, characters) => {
        const generated = [...generate({ length, alphabet: characters.join('') })]
        expect(generated).toHaveLength(length)
        expect(generated.filter((character) => !characters.includes(character))).toEqual([])
      }),
    ))

  it('prefers no character: what would be unfair is drawn again', () => {
    const draws = [Uint8Array.from([0xff, 0xff, 0xff, 0xfe]), Uint8Array.from([0, 1])]
    // The numbers below 65 535 are a multiple of 3; 65 535 itself would favour the first character.
    expect(generate({ length: 2, alphabet: 'abc' }, () => draws.shift()!)).toBe('cb')
  })

  it('keeps what the same generator gave, and makes anew what is new', () => {
    const former = { value: 'x${{secret(16)}}y${{secret(8)}}', generated: ['one', 'two'] }
    expect(settle('${{secret(8)}} and ${{ secret(16) }}', former)).toEqual(['two', 'one'])
    const [kept, fresh] = settle('${{secret(16)}}${{secret(16)}}', former)
    expect(kept).toBe('one')
    expect(fresh).toMatch(/^[A-Za-z0-9]{16}$/)
    expect(settle('plain', former)).toEqual([])
  })
})
