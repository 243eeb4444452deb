import { expect, test } from 'vitest'

import { columnProblem, EMAIL_LENGTH, ruleProblem, tableOf, type MaskedColumn, type MaskRule } from './mask'

const column: MaskedColumn = { schema: 'public', table: 'people', column: 'name', isText: true, isNullable: false, isGenerated: false, length: null }
const rule = (as: MaskRule['as'], text?: string): MaskRule => ({ table: 'people', column: 'name', as, ...(text === undefined ? {} : { text }) })

test.each([
  ['people', { schema: null, name: 'people' }],
  ['public.people', { schema: 'public', name: 'people' }],
  ['public.odd.name', { schema: 'public', name: 'odd.name' }],
])('the table of %s', (table, expected) => expect(tableOf({ table })).toEqual(expected))

test.each<[string, MaskRule, Partial<MaskedColumn> | null, string | null]>([
  ['any text becomes a hash', rule('hash'), {}, null],
  ['what is not there', rule('hash'), null, 'no column people.name'],
  ['what is computed', rule('hash'), { isGenerated: true }, 'computed from other columns'],
  ['null where nothing is allowed', rule('null'), {}, 'may not be empty'],
  ['null where it is', rule('null'), { isNullable: true, isText: false }, null],
  ['a number as a hash', rule('hash'), { isText: false }, 'holds no text'],
  ['a text that fits', rule('text', 'abc'), { length: 3 }, null],
  ['a text of characters outside of the first plane that fits', rule('text', '😀😀'), { length: 2 }, null],
  ['a text that is too long', rule('text', 'abcd'), { length: 3 }, 'at most 3 characters'],
  ['an address where there is no room', rule('email'), { length: EMAIL_LENGTH - 1 }, 'an address needs'],
  ['an address where there is', rule('email'), { length: EMAIL_LENGTH }, null],
  ['a hash is cut to what there is room for', rule('hash'), { length: 2 }, null],
])('%s', (_, each, part, expected) => {
  const found = columnProblem(each, part && { ...column, ...part })
  if (expected === null) expect(found).toBeNull()
  else expect(found).toContain(expected)
})

test.each([
  [[rule('text')], 'which text'],
  [[rule('hash', 'x')], 'only for rules that write one'],
  [[rule('hash'), rule('null')], 'two rules'],
  [[rule('hash'), { ...rule('null'), column: 'other' }], null],
])('rules %#', (rules, expected) => {
  if (expected === null) expect(ruleProblem(rules)).toBeNull()
  else expect(ruleProblem(rules)).toContain(expected)
})
