import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { wayOut } from './way-out'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A way out on which `gone` are on their way, each with what to call when it has its answer. */
function line(count: number, serviceId = 'svc_a') {
  const gone = new Map<string, () => void>()
  const out = wayOut<string>((name, done) => void gone.set(name, done))
  for (let i = 0; i < count; i++) out.line(serviceId, `${serviceId} ${i}`)
  vi.advanceTimersByTime(0)
  return { out, gone, settle: () => vi.advanceTimersByTime(0) }
}

test('a hundred go at once, and another one for each that has its answer', () => {
  const { gone, settle } = line(150)
  expect([...gone.keys()]).toEqual(Array.from({ length: 100 }, (_, i) => `svc_a ${i}`))
  gone.get('svc_a 7')!()
  gone.get('svc_a 7')!()
  gone.get('svc_a 70')!()
  settle()
  expect([...gone.keys()].slice(100)).toEqual(['svc_a 100', 'svc_a 101'])
})

test('those without an answer hold up the others for a while, and those for another service not at all', () => {
  const { out, gone, settle } = line(250)
  out.line('svc_b', 'svc_b 0')
  settle()
  expect(gone.has('svc_b 0')).toBe(true)
  gone.delete('svc_b 0')
  vi.advanceTimersByTime(4_500)
  expect(gone.size).toBe(100)
  vi.advanceTimersByTime(1_000)
  settle()
  expect(gone.size).toBe(200)
})

test('who has left the line, or stands in it twice, does not go, or goes once', () => {
  const { out, gone, settle } = line(102)
  out.step('svc_a', 'svc_a 100')
  out.line('svc_a', 'svc_a 101')
  for (const done of gone.values()) done()
  settle()
  expect([...gone.keys()].slice(100)).toEqual(['svc_a 101'])
})
