import { describe, expect, test } from 'vitest'

import { firstWord, withoutValues } from './sql-text'

describe('the first word', () => {
  test.each([
    ['SELECT 1', 'postgres', 'select'],
    ['  -- note\n /* a /* b */ c */ ((values (1)))', 'postgres', 'values'],
    ['/* open', 'postgres', null],
    ["'select'", 'postgres', null],
    ['/* select */ delete from t', 'postgres', 'delete'],
    ['# note\nshow tables', 'mysql', 'show'],
    ['/*! drop table t */', 'mysql', null],
    ['/*M! drop table t */', 'mysql', null],
    ['--1 select', 'mysql', null],
    ['', 'mysql', null],
  ] as const)('of %s', (statement, dialect, word) => {
    expect(firstWord(statement, dialect)).toBe(word)
  })
})

describe('without values', () => {
  test.each([
    [`insert into "t 1" (a, b2) values ('it''s', 12.5, E'a\\'b', $x$ secret $x$)`, 'postgres', 'insert into "t 1" (a, b2) values (?, ?, ?, ?)'],
    [`update t set a = 'open`, 'postgres', 'update t set a = ?'],
    ['delete from t -- who knows\n where id = 7', 'postgres', 'delete from t where id = ?'],
    [`update \`t\` set a = "x\\"y", b = x'ff' # note`, 'mysql', 'update `t` set a = ?, b = ?'],
    [`select U&'\\0041', B'01'`, 'postgres', 'select ?, ?'],
  ] as const)('%s', (statement, dialect, outline) => {
    expect(withoutValues(statement, dialect)).toBe(outline)
  })

  test('is cut', () => {
    expect(withoutValues(`select ${'a, '.repeat(5_000)}b`, 'postgres', 100)).toHaveLength(100)
  })
})
