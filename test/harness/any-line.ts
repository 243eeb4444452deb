import fc from 'fast-check'

import { LOG_LEVELS } from '../../lib/domain/log-level'
import { ATTRIBUTES, WORDS } from './any-filter'

// Lines of every shape, of the words that filters of the same tests ask for. Attributes are of mixed kinds, missing, in each other, and numbers of every size.

const numbers = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.constantFrom(0, 0.5, 500, 1e21, 1e-7, -1, -0.0000001, 99_999_999_999_999, -1e300))
const scalar = fc.oneof(fc.constantFrom(...WORDS), numbers, fc.boolean(), fc.constant(null))
export const anyAttributes = fc.option(
  fc.dictionary(
    fc.constantFrom(...ATTRIBUTES, 'http', 'a'),
    fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.constantFrom({ status: 500 }, { status: '0.5' }, { b: { c: 'Time' } }, { b: { c: 1 } }, { b: [{ c: 1 }] })),
    { maxKeys: 4 },
  ),
  { freq: 5 },
)
export const anyText = fc.array(fc.constantFrom(...WORDS, ' ', '\u001b[31m', '\u001b[0m', '\u001b]8;;x\u0007', '\n'), { maxLength: 4 }).map((parts) => parts.join(''))

/** Numbers of a service and a deployment of the test, and how many milliseconds ago. */
export const anyLine = fc.record({
  service: fc.constantFrom(0, 1, null),
  deployment: fc.constantFrom(0, 1, 2, 3, null),
  kind: fc.constantFrom('build' as const, 'deploy' as const, 'runtime' as const, 'http' as const),
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  part: fc.option(fc.constantFrom('0', '1', 'Time')),
  level: fc.option(fc.constantFrom(...LOG_LEVELS)),
  ago: fc.integer({ min: 0, max: 1_200_000 }),
  message: fc.option(anyText),
  attributes: anyAttributes,
  text: anyText,
})
