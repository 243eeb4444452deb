import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { heardWithin, pause } from './patience'

// A page as far as these functions see one.
class Page extends EventTarget {
  hidden = false
  show(isShown: boolean) {
    this.hidden = !isShown
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

let page: Page
let network: EventTarget
const LIMITS = { silenceMs: 25_000, suspiciousMs: 12_000, hiddenMs: 30_000 }

beforeEach(() => {
  vi.useFakeTimers()
  page = new Page()
  network = new EventTarget()
  vi.stubGlobal('document', page)
  vi.stubGlobal('window', network)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function listen() {
  const cut = vi.fn<() => void>()
  return { cut, watch: heardWithin(LIMITS, cut) }
}

describe('a connection that is listened to', () => {
  it('is kept while something is heard, and cut after silence', () => {
    const { cut, watch } = listen()
    for (let at = 0; at < 60_000; at += 10_000) {
      vi.advanceTimersByTime(10_000)
      watch.heard()
    }
    expect(cut).not.toHaveBeenCalled()
    vi.advanceTimersByTime(28_000)
    expect(cut).toHaveBeenCalled()
  })

  it('is cut at once when the machine wakes after a sleep in which timers stood still', () => {
    const { cut } = listen()
    vi.setSystemTime(Date.now() + 3_600_000)
    expect(cut).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2_000)
    expect(cut).toHaveBeenCalled()
  })

  it('is cut when the page comes into view after it should have heard something, and not before', () => {
    const { cut, watch } = listen()
    page.show(false)
    watch.heard()
    page.show(true)
    expect(cut).not.toHaveBeenCalled()
    page.show(false)
    vi.setSystemTime(Date.now() + 13_000)
    page.show(true)
    expect(cut).toHaveBeenCalledOnce()
  })

  it('is given up when nobody has looked for a while, and when the network goes', () => {
    const hidden = listen()
    page.show(false)
    for (let at = 0; at < 34_000; at += 2_000) {
      hidden.watch.heard()
      vi.advanceTimersByTime(2_000)
    }
    expect(hidden.cut).toHaveBeenCalled()
    page.show(true)
    const cutOff = listen()
    network.dispatchEvent(new Event('offline'))
    expect(cutOff.cut).toHaveBeenCalledOnce()
  })

  it('is heard no more once stopped', () => {
    const { cut, watch } = listen()
    watch.stop()
    network.dispatchEvent(new Event('offline'))
    vi.advanceTimersByTime(60_000)
    expect(cut).not.toHaveBeenCalled()
  })
})

describe('a pause before the next try', () => {
  it.each([
    ['the network is back', () => network.dispatchEvent(new Event('online'))],
    ['somebody looks', () => page.show(true)],
  ])('ends as soon as %s', async (_, happen) => {
    const over = vi.fn<() => void>()
    void pause(10_000, new AbortController().signal).then(over)
    await vi.advanceTimersByTimeAsync(100)
    expect(over).not.toHaveBeenCalled()
    happen()
    await vi.advanceTimersByTimeAsync(0)
    expect(over).toHaveBeenCalled()
  })
})
