import { expect, it } from 'vitest'

import { metricsSpecial, tableOf } from './metrics'

it('prints a line of bars for each series, with gaps, in units that people read', () => {
  const lines = tableOf([{ labels: { name: 'api', serviceId: 'svc_1' }, points: [0, 1_048_576, null, 2_097_152], limit: 4_194_304 }, { labels: { others: '7' }, points: [null, null, null, 512], limit: null }], 'bytes')
  expect(lines).toEqual(['api       ▁▅ █  min 0 B  mean 1 MiB  max 2 MiB  limit 4 MiB', '7 others     █  min 512 B  mean 512 B  max 512 B'])
  expect(tableOf([{ labels: {}, points: Array<number>(600).fill(0.5), limit: null }], 'ratio')).toEqual([`all  ${'█'.repeat(60)}  min 50 %  mean 50 %  max 50 %`])
})

it('takes a span of time in place of two times', () => {
  const prepared = (input: Record<string, unknown>, last?: string) => {
    void metricsSpecial.prepare!(input, { last }, undefined as never)
    return input as { from: string; until: string }
  }
  const { from, until } = prepared({ until: '2026-03-01T12:00:00Z' }, '7d')
  expect([from, until]).toEqual(['2026-02-22T12:00:00.000Z', '2026-03-01T12:00:00.000Z'])
  expect(prepared({ until: '2026-03-01T12:00:00Z' }).from).toBe('2026-03-01T11:00:00.000Z')
  expect(prepared({ from: 'a', until: 'b' })).toEqual({ from: 'a', until: 'b' })
  expect(() => prepared({}, 'long')).toThrow('"long" is no span of time. Write it like 30m, 6h or 7d.')
})
