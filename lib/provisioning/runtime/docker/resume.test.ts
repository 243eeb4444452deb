import { describe, expect, test } from 'vitest'

import { resumeAfter, type Message } from './resume'

/** Messages that say when they came: `2` stands for the second second. */
const messages = (...times: number[]): Message[] => times.map((time, index) => ({ at: `2026-01-01T00:00:${String(time).padStart(2, '0')}.000000000Z`, text: Buffer.from(`${index}`) }))

/** What comes of messages that are played again after those before `known` were written down. */
function again(all: Message[], known: number, from = 0) {
  const last = all[known - 1]
  const resumed = resumeAfter(last ? { at: last.at, count: runUpTo(all, known) } : { at: '', count: 0 })
  const taken = all.slice(from).flatMap((message) => resumed.take(message))
  return [...taken, ...resumed.release()].map(({ text }) => Number(text))
}

/** How many of the last ones have the same time, as a cursor counts them. */
function runUpTo(all: Message[], known: number): number {
  let count = 0
  while (count < known && all[known - 1 - count]!.at === all[known - 1]!.at) count++
  return count
}

describe('what is not known yet comes once', () => {
  const clocks: [string, Message[]][] = [
    ['a clock that goes on', messages(1, 2, 3, 4, 5, 6, 7, 8)],
    ['a clock that is too coarse for them', messages(1, 1, 1, 2, 2, 2, 2, 3)],
    ['a clock that is set back', messages(20, 30, 40, 50, 15, 35, 45, 55)],
    ['a clock that is set back far', messages(40, 41, 42, 1, 2, 3, 4, 5)],
    ['a clock that is set on', messages(1, 2, 3, 40, 41, 42, 43, 44)],
  ]
  test.each(clocks)('by %s', (_, all) => {
    for (let known = 0; known <= all.length; known++) expect(again(all, known), `after ${known}`).toEqual(all.slice(known).map(({ text }) => Number(text)))
  })

  test('also when those before it are gone', () => {
    const all = messages(1, 2, 3, 4, 5)
    expect(again(all, 2, 3)).toEqual([3, 4])
  })
})

test('while the position may yet come, what is later is held back, and says since when', () => {
  const resumed = resumeAfter({ at: messages(3)[0]!.at, count: 1 }, () => 77)
  expect(resumed.heldSince()).toBeNull()
  expect(messages(1, 5, 2).flatMap((message) => resumed.take(message))).toEqual([])
  expect(resumed.heldSince()).toBe(77)
  expect(resumed.release().map(({ text }) => String(text))).toEqual(['1', '2'])
  expect(resumed.take(messages(4)[0]!)).toHaveLength(1)
})
