import { afterEach, expect, it } from 'vitest'

import { areNewsWaiting, showNews, toast, watchNews, type News } from './toast'

const ends: (() => void)[] = []
afterEach(() => ends.splice(0).forEach((end) => end()))

it('keeps news until something shows them, and then tells each once, in order', () => {
  let looks = 0
  ends.push(watchNews(() => looks++))
  toast.success('one')
  toast.error('two', { description: 'Because.' })
  expect([areNewsWaiting(), looks]).toEqual([true, 2])

  const shown: News[] = []
  ends.push(showNews((news) => shown.push(news)))
  toast.warning('three')
  expect(shown.map(({ kind, text }) => `${kind} ${text}`)).toEqual(['success one', 'error two', 'warning three'])
  expect(shown[1]!.more).toEqual({ description: 'Because.' })
  expect(areNewsWaiting()).toBe(false)
})
