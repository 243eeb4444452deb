import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { doorsText, firstDoorsText } from './doors'

test('the doors of the browser are those of the contract (npm run openapi writes them)', () => {
  expect(readFileSync('lib/contract/doors.ts', 'utf8')).toBe(doorsText())
  expect(readFileSync('lib/contract/first-doors.ts', 'utf8')).toBe(firstDoorsText())
})
