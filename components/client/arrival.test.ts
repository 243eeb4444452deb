import { expect, it, vi } from 'vitest'

import { makeArrival } from './arrival'

type Part = { do: (what: string) => void }

function setUp() {
  const done: string[] = []
  const part: Part = { do: (what) => done.push(what) }
  const tries: { succeed: () => void; fail: () => void }[] = []
  const fetch = vi.fn<() => Promise<void>>(() => new Promise((resolve, reject) => tries.push({ succeed: resolve, fail: () => reject(new Error('offline')) })))
  const tellFailure = vi.fn<() => void>()
  return { done, part, tries, fetch, tellFailure, arrival: makeArrival<Part>(fetch, tellFailure) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

it('does what was asked before it was there, in that order, and then at once', async () => {
  const { arrival, done, fetch, part, tries } = setUp()
  arrival.bringAhead()
  arrival.ask((it) => it.do('first'))
  const isThere = arrival.bring()
  arrival.ask((it) => it.do('second'))
  expect([done, fetch.mock.calls.length, arrival.isAwaited()]).toEqual([[], 1, true])
  tries[0]!.succeed()
  await settled()
  arrival.ask((it) => it.do('third'))
  expect(done).toEqual([])
  arrival.arrive(part)
  arrival.ask((it) => it.do('fourth'))
  expect([done, await isThere]).toEqual([['first', 'second', 'third', 'fourth'], true])
  expect(arrival.isAwaited()).toBe(false)
})

it('says once that it did not come, does nothing late, and comes when it is asked for again', async () => {
  const { arrival, done, part, tellFailure, tries } = setUp()
  arrival.ask((it) => it.do('lost'))
  const isThere = arrival.bring()
  tries[0]!.fail()
  expect([await isThere, tellFailure.mock.calls.length]).toEqual([false, 1])
  arrival.ask((it) => it.do('wanted'))
  tries[1]!.succeed()
  arrival.arrive(part)
  expect(done).toEqual(['wanted'])
})

it('does not trouble anybody who has asked for nothing', async () => {
  const { arrival, done, part, tellFailure, tries } = setUp()
  arrival.bringAhead()
  tries[0]!.fail()
  await settled()
  expect(tellFailure).not.toHaveBeenCalled()
  arrival.ask((it) => it.do('wanted'))
  expect(tries).toHaveLength(2)
  arrival.arrive(part)
  expect(done).toEqual(['wanted'])
})
