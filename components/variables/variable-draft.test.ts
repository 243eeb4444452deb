import { describe, expect, it } from 'vitest'

import { changesOf, countChanges, importEntries, KEPT, newRow, rebase, replacement, rowProblems, rowsFromEntries, rowsOf, textOf, withValue } from './variable-draft'

const at = '2026-01-01T00:00:00.000Z'
const SAVED = [
  { key: 'LEVEL', value: 'info', secret: false, scope: 'both' as const, generated: false, updatedAt: at },
  { key: 'TOKEN', value: null, secret: true, scope: 'both' as const, generated: false, updatedAt: at },
]
const rows = () => rowsOf(SAVED)

describe('variables being edited', () => {
  it('counts nothing while nothing differs', () => expect(countChanges([...rows(), newRow()], SAVED)).toBe(0))

  it('counts what is added, changed and removed', () => {
    const [level, token] = rows()
    expect(countChanges([{ ...level!, value: 'debug' }, token!, newRow('NEW', 'x')], SAVED)).toBe(2)
    expect(countChanges([level!], SAVED)).toBe(1)
    expect(countChanges([level!, { ...token!, secret: false, value: 'shown' }], SAVED)).toBe(1)
  })

  it('takes revealing for no change, but a new value for one', () => {
    const [level, token] = rows()
    expect(countChanges([level!, { ...token!, value: 'abc', revealed: 'abc' }], SAVED)).toBe(0)
    expect(countChanges([level!, { ...token!, value: 'abcd', revealed: 'abc' }], SAVED)).toBe(1)
  })

  it('takes a new value that refers for no secret, unless the person says so', () => {
    const row = newRow('API')
    expect(withValue(row, '${{api.URL}}').secret).toBe(false)
    expect(withValue({ ...row, decided: true }, '${{api.URL}}').secret).toBe(true)
    expect(withValue(rows()[1]!, '${{api.URL}}').secret).toBe(true)
  })

  it('keeps a secret that was never seen', () => expect(replacement(rows())).toEqual({ LEVEL: { value: 'info', secret: false, scope: 'both' }, TOKEN: { value: null, secret: true, scope: 'both' } }))

  it('refuses to rename a secret that was never seen', () => {
    const [level, token] = rows()
    expect(rowProblems([level!, { ...token!, key: 'OTHER' }], SAVED)).toEqual({ [token!.id]: 'Reveal the value or enter it anew: a hidden value cannot take another name.' })
  })

  it('refuses names that are taken, reserved or no names', () => {
    const twice = newRow('LEVEL', 'x')
    const port = newRow('PORT', '80')
    const digit = newRow('1A', 'x')
    const nameless = newRow('', 'x')
    expect(Object.keys(rowProblems([...rows(), twice, port, digit, nameless], SAVED))).toEqual([twice.id, port.id, digit.id, nameless.id])
  })

  it('imports a block: known keys change, new ones come, the empty row goes', () => {
    const next = importEntries([...rows(), newRow()], [{ key: 'LEVEL', value: 'debug' }, { key: 'API', value: '${{api.URL}}' }])
    expect(next.map(({ key, value, secret }) => [key, value, secret])).toEqual([['LEVEL', 'debug', false], ['TOKEN', null, true], ['API', '${{api.URL}}', false]])
  })

  it('goes through the text form without touching what stays', () => {
    expect(textOf(rows())).toBe(`LEVEL=info\nTOKEN=${KEPT}\n`)
    expect(countChanges(rowsFromEntries(rows(), [{ key: 'LEVEL', value: 'info' }, { key: 'TOKEN', value: KEPT }]), SAVED)).toBe(0)
    expect(countChanges(rowsFromEntries(rows(), [{ key: 'TOKEN', value: KEPT }]), SAVED)).toBe(1)
  })

  it('tells what saving changes, and never a secret', () => {
    const [level, token] = rows()
    expect(changesOf([{ ...level!, value: 'debug' }, { ...token!, value: 'new' }, newRow('A', 's'), newRow('B', '${{api.URL}}')], SAVED)).toEqual([
      { key: 'LEVEL', kind: 'changed', before: 'info', after: 'debug' },
      { key: 'TOKEN', kind: 'changed', before: null, after: null },
      { key: 'A', kind: 'added', before: null, after: null },
      { key: 'B', kind: 'added', before: null, after: '${{api.URL}}' },
    ])
    expect(changesOf([{ ...level!, scope: 'run' }], SAVED).map(({ key, kind }) => [key, kind])).toEqual([['LEVEL', 'changed'], ['TOKEN', 'removed']])
  })

  it('stays on top of what somebody else saved meanwhile', () => {
    const [level, token] = rows()
    const theirs = [{ ...SAVED[0]!, value: 'warn' }, { ...SAVED[0]!, key: 'THEIRS' }]
    const next = rebase([level!, { ...token!, value: 'mine' }, newRow('NEW', 'n')], SAVED, theirs)
    expect(next.map(({ key, value }) => [key, value])).toEqual([['LEVEL', 'warn'], ['THEIRS', 'info'], ['TOKEN', 'mine'], ['NEW', 'n']])
  })

  it('leaves each row where it is while somebody types in it, also one that has no name yet or another one', () => {
    const [level, token] = rows()
    const renamed = { ...level!, key: 'LEVEL_2' }
    const blank = newRow()
    const next = rebase([renamed, token!, blank], SAVED, [...SAVED, { ...SAVED[0]!, key: 'THEIRS' }])
    expect(next.map(({ key }) => key)).toEqual(['LEVEL_2', 'TOKEN', 'THEIRS', ''])
    expect([next[0], next[3]]).toEqual([renamed, blank])
  })

  it('takes a text for what was there when it was opened: what others add meanwhile is not missing from it', () => {
    const typed = rowsFromEntries(rowsOf(SAVED), [{ key: 'LEVEL', value: 'debug' }, { key: 'TOKEN', value: KEPT }])
    const theirs = [...SAVED, { ...SAVED[0]!, key: 'THEIRS', value: 'new' }]
    const next = rebase(typed, SAVED, theirs)
    expect(next.map(({ key, value }) => [key, value])).toEqual([['LEVEL', 'debug'], ['TOKEN', null], ['THEIRS', 'new']])
    expect(changesOf(next, theirs).map(({ key, kind }) => [key, kind])).toEqual([['LEVEL', 'changed']])
  })

  it('complains about what is no reference', () => expect(Object.values(rowProblems([newRow('A', '${{api}}')], []))).toEqual([expect.stringContaining('is no reference')]))
})
