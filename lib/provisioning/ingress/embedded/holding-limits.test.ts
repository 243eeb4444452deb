import { expect, test } from 'vitest'

import { fittingLimits } from './holding-limits'

const limits = (files: string) => `Limit                     Soft Limit           Hard Limit           Units\nMax processes             7823                 7823                 processes\nMax open files            ${files}                files\n`

test.each([
  ['unlimited            unlimited', 10_000, 50_000],
  ['1048576              1048576  ', 10_000, 50_000],
  ['20000                20000    ', 6_666, 6_666],
  ['1024                 4096     ', 341, 341],
])('of %s open files, held requests may have a third', (files, perService, overall) => {
  expect(fittingLimits(limits(files))).toEqual({ perService, overall })
})

test('where nothing is known of limits, the most is allowed', () => {
  expect(fittingLimits('')).toEqual({ perService: 10_000, overall: 50_000 })
})
