import { expect, it } from 'vitest'

import { nextLookMs, whereCaddyObtains } from './domain-schedule'

const NOW = new Date(1_800_000_000_000)
const NEXT = new Date(NOW.getTime() + 60_000)
const ago = (ms: number) => new Date(NOW.getTime() - ms)

it.each<[string, Parameters<typeof whereCaddyObtains>[0], number | null]>([
  ['was proven in this look', { state: 'verifying', ownedAt: NOW, nextCheckAt: NEXT }, 5_000],
  ['was proven ten seconds ago', { state: 'verifying', ownedAt: ago(10_000), nextCheckAt: NEXT }, 5_000],
  ['was proven a while ago', { state: 'verifying', ownedAt: ago(15_000), nextCheckAt: NEXT }, 60_000],
  ['is served', { state: 'active', ownedAt: ago(1_000), nextCheckAt: NEXT }, 60_000],
  ['is not proven', { state: 'pending', ownedAt: null, nextCheckAt: NEXT }, 60_000],
  ['was given up', { state: 'failed', ownedAt: null, nextCheckAt: null }, null],
])('where Caddy obtains certificates, a name that %s is looked at again in time', (_, verdict, expected) => {
  const next = whereCaddyObtains(verdict, NOW)
  expect(next === null ? null : next.getTime() - NOW.getTime()).toBe(expected)
})

it.each([
  [true, 0, 3_600_000],
  [false, 0, 60_000],
  [false, 10 * 60_000, 300_000],
  [false, 3_600_000, 900_000],
  [false, 6 * 3_600_000, 3_600_000],
])('a name that is well (%s), waited for since %d ms, is looked at after %d ms, give or take a twentieth', (isWell, waitedMs, expected) => {
  const [least, most] = [0, 1].map((share) => nextLookMs({ isWell, waitedMs, share }))
  expect([least, most]).toEqual([expected * 0.95, expected * 1.05])
})
