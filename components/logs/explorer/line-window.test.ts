import { describe, expect, it } from 'vitest'

import { afterOf, beforeOf, linesOf, NO_LINES, withNewer, withOlder, type LinePage, type LineWindow } from './line-window'
import { sampleLine } from '@/test/harness/log-line'

const page = (from: number, until: number, text?: string): LinePage => ({
  lines: Array.from({ length: until - from }, (_, index) => sampleLine({ id: String(from + index), ...(text === undefined ? {} : { text }) })),
  before: from === 0 ? null : `b${from}`,
  after: `a${until - 1}`,
})
const ids = (window: LineWindow) => linesOf(window).map(({ id }) => Number(id))
const PAGE = 500

describe('the window over the lines', () => {
  it('grows to both sides and says how to go on', () => {
    const window = withNewer(withOlder(withOlder(NO_LINES, page(1000, 1500)), page(500, 1000)), page(1500, 1600))
    expect(ids(window)).toEqual(Array.from({ length: 1100 }, (_, index) => 500 + index))
    expect([beforeOf(window), afterOf(window)]).toEqual(['b500', 'a1599'])
  })

  it('has a line once, however often it comes', () => {
    const window = withNewer(withOlder(NO_LINES, page(10, 20)), page(15, 25))
    expect(ids(window)).toEqual(Array.from({ length: 15 }, (_, index) => 10 + index))
  })

  it('holds so many lines, however far one scrolls, and leads back to those it let go of', () => {
    let window = withOlder(NO_LINES, page(500_000, 500_000 + PAGE))
    for (let from = 500_000 - PAGE; from >= 0; from -= PAGE) window = withOlder(window, page(from, from + PAGE))
    expect(ids(window)).toEqual(Array.from({ length: 6_000 }, (_, index) => index))
    expect([beforeOf(window), afterOf(window)]).toEqual([null, 'a5999'])
    for (let from = 6_000; from <= 20_000; from += PAGE) window = withNewer(window, page(from, from + PAGE))
    expect(ids(window).slice(0, 2)).toEqual([14_500, 14_501])
    expect([ids(window).length, beforeOf(window)]).toEqual([6_000, 'b14500'])
  })

  it('holds so many characters, but always what just came', () => {
    const long = 'x'.repeat(1_000_000)
    let window = withOlder(NO_LINES, page(1, 11, long))
    for (let from = 11; from < 100; from += 10) window = withNewer(window, page(from, from + 10, long))
    expect(ids(window)).toEqual(Array.from({ length: 20 }, (_, index) => 81 + index))
  })

  it('makes one page of what comes line by line', () => {
    let window: LineWindow = NO_LINES
    for (let id = 0; id < 300; id++) window = withNewer(window, page(id, id + 1))
    expect(window.pages.map(({ lines }) => lines.length)).toEqual([200, 100])
  })

  it('learns from an empty page that there is no more', () => {
    const window = withOlder(withOlder(NO_LINES, page(10, 20)), { lines: [], before: null, after: 'a9' })
    expect([ids(window).length, beforeOf(window), afterOf(window)]).toEqual([10, null, 'a19'])
  })
})
