import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { NewsFrame, Presence, PresentTab } from '@/lib/contract/live'
import { paceMs } from '@/lib/domain/pace'

import { newsSentences } from './news'
import { attentionOf, createPresenceStore, peopleOf, receivePresence } from './presence-store'
import { makeReporter } from './reporter'

const tab = (key: string, name: string, part: Partial<PresentTab> = {}): PresentTab => ({ key, user: { id: `usr_${name}`, name, role: 'developer' }, pointer: null, selected: [], open: null, ...part })

describe('who is here', () => {
  it('is one entry per person, by name, however many tabs they have', () => {
    expect(peopleOf({ a: tab('a', 'Bo'), b: tab('b', 'Ada'), c: tab('c', 'Bo', { open: 'svc_1' }) }).map(({ name, open }) => [name, open])).toEqual([['Ada', null], ['Bo', 'svc_1']])
  })

  it('tells at each node who looks at it', () => {
    expect(attentionOf({ a: tab('a', 'Ada', { open: 'svc_1', selected: ['svc_1', 'svc_2'] }), b: tab('b', 'Bo', { selected: ['svc_1'] }), c: tab('c', 'Bo', { open: 'svc_1' }) })).toEqual({ svc_1: ['Ada', 'Bo'], svc_2: ['Ada'] })
  })

  it('begins afresh with a whole frame and keeps the identity of who has not moved', () => {
    const store = createPresenceStore()
    receivePresence(store, { isWhole: true, tabs: [tab('a', 'Ada'), tab('b', 'Bo')], gone: [] })
    const before = store.getState().tabs
    receivePresence(store, { isWhole: false, tabs: [tab('b', 'Bo', { pointer: { x: 1, y: 2 } })], gone: [] })
    expect(store.getState().tabs.a).toBe(before.a)
    receivePresence(store, { isWhole: false, tabs: [], gone: ['a'] })
    expect(Object.keys(store.getState().tabs)).toEqual(['b'])
    receivePresence(store, { isWhole: true, tabs: [], gone: [] })
    expect(store.getState().tabs).toEqual({})
  })
})

describe('saying where one is', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const listening = () => {
    const said: Presence[] = []
    return { said, reporter: makeReporter(async (presence) => void said.push(presence)) }
  }

  it('says nothing while nobody is there to hear it, and everything once somebody is', async () => {
    const { said, reporter } = listening()
    for (let x = 0; x < 100; x++) reporter.set({ pointer: { x, y: 0 } })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said).toEqual([])
    reporter.setOthers(1)
    await vi.advanceTimersByTimeAsync(100)
    expect(said).toEqual([{ pointer: { x: 99, y: 0 }, selected: [], open: null }])
    reporter.setOthers(0)
    reporter.set({ open: 'svc_1' })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said).toHaveLength(1)
  })

  it('says the last place of many, no faster than the number of people allows', async () => {
    const { said, reporter } = listening()
    reporter.setOthers(50)
    const step = 10
    for (let at = 0; at < 5_000; at += step) {
      reporter.set({ pointer: { x: at, y: 0 } })
      await vi.advanceTimersByTimeAsync(step)
    }
    await vi.advanceTimersByTimeAsync(1_000)
    expect(said.at(-1)!.pointer!.x).toBe(4_990)
    expect(said.length).toBeGreaterThan(5)
    expect(said.length).toBeLessThanOrEqual(Math.ceil(6_000 / paceMs(51)) + 1)
  })

  it('never says two things at once, however slow the way is', async () => {
    let atOnce = 0
    let most = 0
    const reporter = makeReporter(async () => {
      most = Math.max(most, ++atOnce)
      await new Promise((resolve) => setTimeout(resolve, 700))
      atOnce--
    })
    reporter.setOthers(1)
    for (let x = 0; x < 300; x++) {
      reporter.set({ pointer: { x, y: 0 } })
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(most).toBe(1)
    reporter.stop()
  })
})

describe('news', () => {
  const news = (type: NewsFrame['type'], subject: string, name = 'Ada'): NewsFrame => ({ id: '1', type, at: '', actor: { id: `usr_${name}`, name }, subject, serviceId: null })

  it('is one sentence per kind and person, and nothing of what one did oneself', () => {
    expect(newsSentences([news('deployment.queued', 'web'), news('deployment.queued', 'api'), news('deployment.queued', 'web'), news('service.deleted', 'old', 'Bo'), news('service.deleted', 'mine', 'Me')], 'usr_Me')).toEqual(['Ada deployed web and api.', 'Bo deleted old.'])
  })

  it('counts what would be too much', () => {
    const much = ['Ada', 'Bo', 'Cy', 'Di'].flatMap((name) => [news('service.deleted', 'a', name), news('service.stopped', 'b', name)])
    expect(newsSentences(much, null)).toEqual(['Ada deleted a.', 'Ada stopped b.', '6 more things happened here. The activity page has all of them.'])
    expect(newsSentences(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => news('deployment.queued', name)), null)).toEqual(['Ada deployed a, b, c and 3 more.'])
  })
})
