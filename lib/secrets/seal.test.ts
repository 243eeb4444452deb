import { randomBytes } from 'node:crypto'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { areKeys, formatKeys, nextKey, parseKeys } from './keys'
import { makeSeal } from './seal'

const hex = () => randomBytes(32).toString('hex')
const [old, fresh] = [hex(), hex()]

describe('a seal', () => {
  it('opens what it sealed, whatever it is', () => fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (plain, context) => void expect(makeSeal(old).open(makeSeal(old).seal(plain, context), context)).toBe(plain))))

  it('opens nothing that was altered, moved, or sealed by another', () => {
    const seal = makeSeal(old)
    const sealed = seal.seal('value', 'here')
    expect(() => seal.open(sealed, 'there')).toThrow()
    expect(() => makeSeal(fresh).open(sealed, 'here')).toThrow()
    expect(() => seal.rewrap(sealed, 'there')).toThrow()
    const parts = sealed.split('.')
    for (const part of [2, 3]) {
      const bytes = Buffer.from(parts[part]!, 'base64url')
      for (const at of [0, 12, 28, bytes.length - 1]) {
        const altered = Buffer.from(bytes)
        altered[at]! ^= 1
        const text = parts.map((each, index) => (index === part ? altered.toString('base64url') : each)).join('.')
        expect(() => seal.open(text, 'here')).toThrow()
        expect(() => makeSeal(`k2:${fresh},k1:${old}`).rewrap(text, 'here')).toThrow()
      }
    }
  })

  it('takes a new key without sealing the value again', () => {
    const sealed = makeSeal(old).seal('value', 'here')
    const both = makeSeal(`k2:${fresh},k1:${old}`)
    expect(both.open(sealed, 'here')).toBe('value')
    const rewrapped = both.rewrap(sealed, 'here')!
    expect(rewrapped.split('.')[3]).toBe(sealed.split('.')[3])
    expect(both.rewrap(rewrapped, 'here')).toBeNull()
    expect(makeSeal(`k2:${fresh}`).open(rewrapped, 'here')).toBe('value')
    expect(both.seal('new', 'here')).toMatch(/^v1\.k2\./)
  })
})

describe('the keys of an instance', () => {
  it('are read as they are written', () => {
    const keys = parseKeys(old)
    expect(keys.map(({ id }) => id)).toEqual(['k1'])
    const both = [nextKey(keys), ...keys]
    expect(both.map(({ id }) => id)).toEqual(['k2', 'k1'])
    expect(parseKeys(formatKeys(both))).toEqual(both)
    expect(nextKey(parseKeys(`k41:${old}`)).id).toBe('k42')
  })
  it.each(['', 'x', old.slice(1), `${old},${fresh}`, `k1:${old},k1:${fresh}`, `k0:${old}`, `k2:${old},`, old.toUpperCase()])('refuse %j', (text) => {
    expect(areKeys(text)).toBe(false)
    expect(() => parseKeys(text)).toThrow(/64 hexadecimal digits/)
  })
})
