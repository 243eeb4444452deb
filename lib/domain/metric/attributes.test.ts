import fc from 'fast-check'
import { expect, it } from 'vitest'

import { attributesIn, attributesText } from './attributes'

it.each<[string, [string, string][]]>([
  ['', []],
  ['method=GET, status=200', [['method', 'GET'], ['status', '200']]],
  ['path="a, b=c"', [['path', 'a, b=c']]],
  ['of=["a","b"], x=', [['of', '["a","b"]'], ['x', '']]],
  ['q="say \\"x\\""', [['q', 'say "x"']]],
])('%j', (text, pairs) => expect(attributesIn(text)).toEqual(pairs))

it('reads what it has written', () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9._]{0,9}$/)
  const value = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('a, b=c', '"', '""', ', ', '=', 'x="y", z=1', 'a\nb'))
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(key, value), { maxLength: 6, selector: ([name]) => name }), (pairs) => {
      const sorted = (of: readonly (readonly [string, string])[]) => [...of].map((pair) => pair.join('=')).sort()
      expect(sorted(attributesIn(attributesText(pairs)))).toEqual(sorted(pairs))
    }),
  )
})
