import { afterEach, beforeEach, expect, it, vi } from 'vitest'

import { log } from '../log'
import { every, toNextStep } from './every'

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-03-01T10:00:03.500Z') }))
afterEach(() => void vi.useRealTimers())

it('does something once in each step of the clock, however long it takes', async () => {
  const steps: number[] = []
  const stop = every(toNextStep(10_000), 'test', log, async () => {
    steps.push(Math.floor(Date.now() / 10_000))
    await new Promise((resolve) => setTimeout(resolve, steps.length * 2_000))
  })
  await vi.advanceTimersByTimeAsync(42_000)
  const first = Math.floor(Date.parse('2026-03-01T10:00:00Z') / 10_000)
  expect(steps).toEqual([0, 1, 2, 3, 4].map((n) => first + n))
  const ended = stop()
  await vi.advanceTimersByTimeAsync(20_000)
  await ended
  expect(steps).toHaveLength(5)
})
