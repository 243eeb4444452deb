import { describe, expect, test } from 'vitest'

import { mayOrderAt, pauseAfterMs, renewAt, type Order } from './pace'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const now = new Date('2026-06-15T12:00:00Z')
const PUBLIC = 'https://acme-v02.api.letsencrypt.org/directory'
const OWN = 'https://ca.internal:9000/acme/directory'

const before = (ms: number) => new Date(now.getTime() - ms)
const orders = (count: number, everyMs: number, other: Partial<Order> = {}): Order[] =>
  Array.from({ length: count }, (_, i) => ({ host: 'shop.example.com', registered: 'example.com', placedAt: before((i + 1) * everyMs), outcome: 'issued' as const, reason: null, ...other }))
const ask = (all: Order[], { directory = PUBLIC, isRenewal = false } = {}) => mayOrderAt(all, { directory, host: 'shop.example.com', registered: 'example.com', now, isRenewal })

describe('an authority is asked', () => {
  test.each([
    ['nothing was asked before', [], {}],
    ['four proofs failed within the hour', orders(4, MINUTE, { outcome: 'failed', reason: 'challenge_failed' }), {}],
    ['five failed, the first more than an hour ago', orders(5, 13 * MINUTE, { outcome: 'failed', reason: 'challenge_failed' }), {}],
    ['five were refused for another reason', orders(5, MINUTE, { outcome: 'failed', reason: 'authority_down' }), {}],
    ['49 other names of the same registered domain have one', orders(49, HOUR, { host: 'a.example.com' }), {}],
    ['50 have one, and this is a renewal', orders(50, HOUR, { host: 'a.example.com' }), { isRenewal: true }],
    ['it is one of ours, which has no limits', orders(400, MINUTE), { directory: OWN }],
  ])('when %s', (_, all, options) => expect(ask(all, options)).toBeNull())

  test.each([
    ['five proofs failed within the hour', orders(5, MINUTE, { outcome: 'failed', reason: 'challenge_failed' }), {}, HOUR - 5 * MINUTE, '5 attempts'],
    ['five failed at one of ours', orders(5, MINUTE, { outcome: 'failed', reason: 'challenge_failed' }), { directory: OWN }, HOUR - 5 * MINUTE, '5 attempts'],
    ['50 other names of the same registered domain have one', orders(50, HOUR, { host: 'a.example.com' }), {}, 7 * DAY - 50 * HOUR, 'under example.com'],
    ['the same name has had five in a week', orders(5, HOUR), { isRenewal: true }, 7 * DAY - 5 * HOUR, 'for shop.example.com'],
    ['300 were asked for within three hours', orders(300, 10_000, { host: 'x.example.org', registered: 'example.org', outcome: 'open' }), {}, 3 * HOUR - 300 * 10_000, '300 certificates'],
  ])('not when %s', (_, all, options, inMs, words) => {
    const wait = ask(all, options)!
    expect(wait.at.getTime() - now.getTime()).toBe(inMs)
    expect(wait.words).toContain(words)
  })
})

test('pauses grow, and never end before the authority says so', () => {
  const plain = { reason: 'challenge_failed' as const, retryAfterS: null }
  expect([1, 2, 3, 4, 5, 6, 60].map((failures) => pauseAfterMs(failures, plain) / MINUTE)).toEqual([1, 5, 15, 60, 180, 360, 360])
  expect(pauseAfterMs(1, { reason: 'caa_forbids', retryAfterS: null })).toBe(15 * MINUTE)
  expect(pauseAfterMs(1, { reason: 'authority_down', retryAfterS: 600 })).toBe(10 * MINUTE)
  expect(pauseAfterMs(6, { reason: 'rate_limited', retryAfterS: 600 })).toBe(10 * MINUTE)
  expect(pauseAfterMs(1, { reason: 'rate_limited', retryAfterS: null })).toBe(15 * MINUTE)
})

test.each([
  ['90 days', 90 * DAY, 30 * DAY, DAY],
  ['45 days', 45 * DAY, 15 * DAY, DAY],
  ['6 days', 6 * DAY, 2 * DAY, 0.6 * DAY],
  ['an hour', HOUR, HOUR / 3, HOUR / 10],
])('a certificate of %s is renewed in time, at a moment of its own', (_, lifeMs, leftMs, spreadMs) => {
  const left = ['crt_a', 'crt_b', 'crt_c', 'crt_d'].map((id) => lifeMs - (renewAt({ id, notBefore: new Date(0), notAfter: new Date(lifeMs) }).getTime()))
  for (const each of left) {
    expect(each).toBeGreaterThanOrEqual(leftMs)
    expect(each).toBeLessThanOrEqual(leftMs + spreadMs)
  }
  expect(new Set(left).size).toBe(4)
})
