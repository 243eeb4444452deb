import { describe, expect, it, test } from 'vitest'

import { isWorthMasking, makeMask } from './mask'

const SECRET = 'hunter2!"/ä+x'
const mask = makeMask([SECRET, 'first line of key\nsecond line of key', 'sk_live', 'sk_live_longer'])

describe('mask', () => {
  it.each([
    ['the value itself', `token=${SECRET};`],
    ['its URL form', `?token=${encodeURIComponent(SECRET)}&x`],
    ['its JSON form', JSON.stringify({ token: SECRET })],
    ['its base64 form', Buffer.from(SECRET).toString('base64')],
    ['base64 of text that holds it', Buffer.from(`user:${SECRET}`).toString('base64')],
    ['base64 of other text that holds it', Buffer.from(`a:${SECRET}:tail`).toString('base64')],
    ['URL-safe base64', Buffer.from(`u:${SECRET}`).toString('base64url')],
    ['one line of many', 'read "second line of key" from file'],
    ['a value with colours inside', `token=${SECRET.slice(0, 4)}\u001b[31m${SECRET.slice(4)}\u001b[0m`],
  ])('hides %s', (_, line) => {
    const masked = mask(line)
    expect(masked).toContain('[secret]')
    for (const part of [SECRET, encodeURIComponent(SECRET), 'second line', SECRET.slice(4)]) expect(masked).not.toContain(part)
  })

  test('hides the longer of two values that overlap', () => expect(mask('key sk_live_longer')).toBe('key [secret]'))
  test('keeps colours where nothing is hidden', () => expect(mask('\u001b[32mok\u001b[0m')).toBe('\u001b[32mok\u001b[0m'))
  test('leaves everything when there is nothing to hide', () => expect(makeMask([])('plain')).toBe('plain'))
})

test.each(['', 'abc', 'true', 'Production', '3000', ' no '])('leaves %j alone', (value) => expect(isWorthMasking(value)).toBe(false))
test.each(['abcd', '123456', 'true-secret'])('hides %j', (value) => expect(isWorthMasking(value)).toBe(true))
