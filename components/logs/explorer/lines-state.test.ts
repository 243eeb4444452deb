import { describe, expect, it } from 'vitest'

import type { LogSearch } from '@/lib/contract/log'
import { sampleLine } from '@/test/harness/log-line'

import { linesOf, NO_LINES, withOlder } from './line-window'
import { lastId, MOST_HELD, nothing, PAGE, took, tookNewer, tookOlder, withLive, type Lines } from './lines-state'

const some = (from: number, count: number) => Array.from({ length: count }, (_, index) => sampleLine({ id: String(from + index) }))
const page = (from: number, count: number): LogSearch => ({ lines: some(from, count), before: `b${from}`, after: `a${from + count - 1}`, searchedTo: null, notes: [] })
const begun = (): Lines => ({ ...nothing('question'), isLoaded: true, window: withOlder(NO_LINES, page(100_000, PAGE)) })
const ids = ({ window }: Pick<Lines, 'window'>) => linesOf(window).map(({ id }) => Number(id))

describe('lines that come', () => {
  it('are shown while one follows', () => {
    const after = { ...begun(), ...took(begun(), some(100_300, 2), true) }
    expect(ids(after).slice(-2)).toEqual([100_300, 100_301])
    expect(after.heldCount).toBe(0)
  })

  it('wait and are counted while one does not, and are shown then, once', () => {
    const waiting = { ...begun(), ...took(begun(), some(100_300, 42), false) }
    expect([ids(waiting).length, waiting.heldCount]).toEqual([PAGE, 42])
    const after = { ...waiting, ...withLive(waiting, waiting.held) }
    expect([ids(after).length, after.heldCount, after.held.length]).toEqual([PAGE + 42, 0, 0])
  })

  it('are counted but not kept when they are too many, and the window is no longer the newest', () => {
    const after = { ...begun(), ...took(begun(), some(100_300, MOST_HELD + 1), false) }
    expect([after.held.length, after.heldCount, after.isAtNewest]).toEqual([0, MOST_HELD + 1, false])
    expect(ids({ ...after, ...took(after, some(200_000, 1), true) }).length).toBe(PAGE)
  })
})

describe('reading on', () => {
  it('far enough to older lines lets go of the newest ones, and a page that is not full leads back to them', () => {
    let lines = begun()
    for (let from = 100_000 - PAGE; from > 80_000; from -= PAGE) lines = { ...lines, ...tookOlder(lines, page(from, PAGE)) }
    expect(lines.isAtNewest).toBe(false)
    lines = { ...lines, ...tookNewer(lines, page(100_000, PAGE)) }
    expect(lines.isAtNewest).toBe(false)
    lines = { ...lines, ...tookNewer(lines, page(100_300, 5)) }
    expect(lines.isAtNewest).toBe(true)
  })

  it('says where searching has stopped', () => expect(tookOlder(begun(), { ...page(90_000, 1), searchedTo: '2026-01-01T00:00:00.000Z' }).searchedTo).toBe('2026-01-01T00:00:00.000Z'))
})

it('who follows goes on after the line that was stored last', () => expect(lastId([sampleLine({ id: '9' }), sampleLine({ id: '10' }), sampleLine({ id: '2' })])).toBe('10'))
