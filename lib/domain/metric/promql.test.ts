import { expect, it } from 'vitest'

import { coveredOf, promQueries, remotePartSeconds } from './promql'
import { emptySlots, intoSteps, partsIn } from './slots'
import { MINUTES, SAMPLES } from './steps'

it('asks for one environment, whatever its id says', () => {
  const [count] = promQueries({ subject: { environmentId: 'env_a"} or {x="\\\n' }, stored: 'cpu', by: 'total', stepSeconds: 60, extremes: false })
  expect(count!.text).toBe('count_over_time(easel_sample_cpu{environment_id="env_a\\"} or {x=\\"\\\\\\n"}[59999ms])')
  for (const stored of ['memory', 'requests', 'latency', 'db_misses'] as const) {
    for (const { text } of promQueries({ subject: { environmentId: 'env_a', serviceId: 'svc_a' }, stored, by: 'route', stepSeconds: 600, extremes: true })) {
      expect(text.match(/easel_sample_\w+(?!\{environment_id="env_a",service_id="svc_a"\})\b(?!\{)/g)).toBeNull()
    }
  }
})

it('tells parts apart that begin where steps do', () => {
  expect([10, 60, 300, 600, 610, 1_800, 3_600].map((step) => remotePartSeconds(step, 'cpu'))).toEqual([10, 10, 10, 20, 610, 60, 120])
  expect([60, 300, 3_600].map((step) => remotePartSeconds(step, 'db_size'))).toEqual([60, 60, 120])
})

it('puts what began or ended within a step at its end or begin, so that versions that follow each other are not two at once', () => {
  const place = { stepSeconds: 60, stored: 'cpu', most: 6 } as const
  const ended = coveredOf(Float64Array.of(6, 2, 0), place)
  const began = coveredOf(Float64Array.of(0, 4, 6), place)
  expect(ended[1]! & began[1]!).toBe(0)
  expect(partsIn(ended[1]! | began[1]!)).toBe(6)
  // Whoever looks half as often has seen all of it as well.
  expect([...coveredOf(Float64Array.of(3, 3, 0), { ...place, most: 3 })].map(partsIn)).toEqual([6, 6, 0])
})

it('puts slots into longer steps, with the parts they cover', () => {
  const slots = emptySlots(12)
  for (const [slot, value] of [[0, 5], [5, 7], [6, 1]] as const) {
    slots.covered[slot] = 1
    slots.count[slot] = 1
    slots.sum[slot] = slots.lowest[slot] = slots.highest[slot] = value
  }
  const steps = intoSteps(slots, 'cpu', { count: 4, first: 2, from: SAMPLES, to: { seconds: 60, slots: 1, keptMs: Infinity, partSeconds: 10 } })
  expect([...steps.covered]).toEqual([0, 0, 0b100001, 1])
  expect([steps.sum[2], steps.count[2], steps.lowest[2], steps.highest[2], steps.sum[3]]).toEqual([12, 2, 5, 7, 1])
  const minutes = emptySlots(2)
  minutes.covered.fill(0b111111)
  minutes.count.fill(6)
  expect([...intoSteps(minutes, 'cpu', { count: 1, first: 0, from: MINUTES, to: { seconds: 120, slots: 1, keptMs: Infinity, partSeconds: 4 } }).covered]).toEqual([2 ** 30 - 1])
})
