import { expect, test } from 'vitest'

import { CASES } from './cases'
import { POINTS } from './points'
import { faultSuite } from './suite'

test('every stage, verdict and step has a case', () => {
  expect(Object.keys(CASES).sort()).toEqual([...POINTS].sort())
})

faultSuite('stages', 24_000, (point) => point.startsWith('stage:'))
