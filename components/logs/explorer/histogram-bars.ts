import type { LogBucket, LogHistogram } from '@/lib/contract/log'

export type Bar = { bad: number; warning: number; plain: number; total: number }

/** A bucket by how serious its lines are. */
export function barOf({ levels, total }: LogBucket): Bar {
  const bad = (levels.error ?? 0) + (levels.fatal ?? 0)
  const warning = levels.warn ?? 0
  return { bad, warning, plain: total - bad - warning, total }
}

/** The next number that is pleasant to read at the top of an axis. */
export function axisTop(most: number): number {
  if (most <= 4) return 4
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 4, 5, 8, 10].map((step) => step * power).find((top) => top >= most)!
}

/** When buckets begin and end, both included. */
export function bucketRange({ buckets, bucketMs, from, until }: LogHistogram, [a, b]: readonly [number, number]): { fromMs: number; untilMs: number } {
  const [first, last] = [Math.min(a, b), Math.max(a, b)]
  const fromMs = Math.max(Date.parse(from), Date.parse(buckets[first]!.at))
  return { fromMs, untilMs: Math.min(Date.parse(until), Date.parse(buckets[last]!.at) + bucketMs) }
}

/** Where words stand below the bars: a few moments on round times, as parts of the whole width. */
export function axisTicks(fromMs: number, untilMs: number): { at: number; part: number; words: string }[] {
  const length = untilMs - fromMs
  const step = STEPS_MS.find((each) => length / each <= 6) ?? STEPS_MS.at(-1)!
  const zoneMs = new Date(fromMs).getTimezoneOffset() * 60_000
  const ticks = []
  for (let at = Math.ceil((fromMs - zoneMs) / step) * step + zoneMs; at < untilMs; at += step) ticks.push({ at, part: (at - fromMs) / length, words: tickWords(at, step) })
  return ticks
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS_MS = [SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY]

function tickWords(at: number, stepMs: number): string {
  const time = new Date(at)
  if (stepMs >= DAY) return time.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  return time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', ...(stepMs < MINUTE ? { second: '2-digit' } : {}) })
}
