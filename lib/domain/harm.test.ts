import { describe, expect, test } from 'vitest'

import { answersOf, judgeHarm, type Answers } from './harm'
import { bucketOf, LATENCY_BOUNDS_MS, percentile } from './latency'

const answers = (over: Partial<Answers>): Answers => ({ requests: 200, failed: 0, p50Ms: 10, p95Ms: 40, ...over })

describe('judgeHarm', () => {
  test.each<[string, Partial<Answers>, Partial<Answers>, string | null]>([
    ['the same is no harm', {}, {}, null],
    ['half of the answers fail', {}, { failed: 100 }, 'errors'],
    ['a few more failures than before may be chance', { failed: 2 }, { failed: 8 }, null],
    ['too few answers to tell', {}, { requests: 20, failed: 20 }, null],
    ['too little known of the version before', { requests: 5 }, { failed: 200 }, null],
    ['it was as bad before', { failed: 60 }, { failed: 70 }, null],
    ['from bad to much worse', { failed: 20 }, { failed: 120 }, 'errors'],
    ['everything is slower', {}, { p50Ms: 300, p95Ms: 900 }, 'latency'],
    ['only the slowest are slower', {}, { p95Ms: 900 }, null],
    ['twice as slow, but by milliseconds', {}, { p50Ms: 25, p95Ms: 90 }, null],
  ])('%s', (_, before, after, kind) => expect(judgeHarm(answers(before), answers(after))?.kind ?? null).toBe(kind))

  test('says the numbers', () => {
    expect(judgeHarm(answers({ failed: 2 }), answers({ failed: 100 }))!.message).toBe('50 % of 200 requests failed, where it was 1.0 % of 200 with the version before.')
  })
})

test('a percentile lies in the bucket of the answer it stands for', () => {
  const times = [1, 3, 4, 8, 8, 30, 60, 60, 900, 4_000]
  const buckets = Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, () => 0)
  for (const ms of times) buckets[bucketOf(ms)]!++
  for (const [share, ms] of [[0.1, 1], [0.5, 8], [0.8, 60], [1, 4_000]] as const) expect(bucketOf(percentile(buckets, share)!), String(share)).toBe(bucketOf(ms))
  expect(percentile([], 0.5)).toBeNull()
  expect(answersOf({ requests: 0, failed: 0, buckets: [] })).toEqual({ requests: 0, failed: 0, p50Ms: null, p95Ms: null })
})
