// Which time the charts of a page show: the last hours until now, or a window that stays where it is. It stands in the address, so
// that it can be sent to somebody and the browser goes back to it.

export const RANGES = ['1h', '6h', '24h', '7d', '30d'] as const
export type RangeName = (typeof RANGES)[number]

export type Range = { kind: 'last'; name: RangeName } | { kind: 'between'; fromMs: number; untilMs: number }

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const SPAN_MS: Record<RangeName, number> = { '1h': HOUR_MS, '6h': 6 * HOUR_MS, '24h': 24 * HOUR_MS, '7d': 7 * 24 * HOUR_MS, '30d': 30 * 24 * HOUR_MS }
export const RANGE_WORDS: Record<RangeName, string> = { '1h': 'Last hour', '6h': 'Last 6 hours', '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days' }

/** A sample is taken every ten seconds: a shorter window would show nothing. */
export const LEAST_SPAN_MS = MINUTE_MS
const MOST_SPAN_MS = 366 * 24 * HOUR_MS

/** Which range an address asks for; the last hour when it asks for none that makes sense. */
export function rangeIn(search: { get(name: string): string | null }): Range {
  const [fromMs, untilMs] = ['from', 'until'].map((name) => Date.parse(search.get(name) ?? '')) as [number, number]
  if (untilMs - fromMs >= LEAST_SPAN_MS && untilMs - fromMs <= MOST_SPAN_MS) return { kind: 'between', fromMs, untilMs }
  return { kind: 'last', name: RANGES.find((name) => name === search.get('range')) ?? '1h' }
}

/** The query of an address that asks for a range; nothing for the last hour. What else the query says stays. */
export function rangeQuery(range: Range, beside = ''): string {
  const query = new URLSearchParams(beside)
  for (const name of ['range', 'from', 'until']) query.delete(name)
  if (range.kind === 'between') for (const [name, at] of [['from', range.fromMs], ['until', range.untilMs]] as const) query.set(name, new Date(at).toISOString())
  else if (range.name !== '1h') query.set('range', range.name)
  return query.size === 0 ? '' : `?${query}`
}

/** What is shown at a moment, in whole steps. `turn`: another one whenever there may be more to see in them. */
export type Frame = { fromMs: number; untilMs: number; stepMs: number; turn: number }

const STEPS_S = [10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400]
/** More points than that are more than can be told apart. */
const MOST_POINTS = 360

/** The steps of a range as of now, at least as long as what is shown is measured apart. */
export function frameOf(range: Range, nowMs: number, leastStepS = 10): Frame {
  const [fromMs, untilMs] = range.kind === 'last' ? [nowMs - SPAN_MS[range.name], nowMs] : [range.fromMs, range.untilMs]
  const stepMs = 1000 * (STEPS_S.find((step) => step >= leastStepS && (untilMs - fromMs) / (step * 1000) <= MOST_POINTS) ?? STEPS_S.at(-1)!)
  // A short step ends with its first sample, and would be empty before. Of a longer one, what there is so far says how things are now.
  const isEnded = range.kind === 'last' && stepMs <= MINUTE_MS
  const turn = range.kind === 'last' && !isEnded ? Math.floor(nowMs / MINUTE_MS) : 0
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, untilMs: (isEnded ? Math.floor : Math.ceil)(untilMs / stepMs) * stepMs, stepMs, turn }
}

/** The window between two places that somebody has dragged over; null when that was no more than a click. */
export function zoomed(oneMs: number, otherMs: number): Range | null {
  const [fromMs, untilMs] = [Math.min(oneMs, otherMs), Math.max(oneMs, otherMs)]
  const middle = (fromMs + untilMs) / 2
  if (untilMs - fromMs <= 0) return null
  const half = Math.max(LEAST_SPAN_MS, untilMs - fromMs) / 2
  return { kind: 'between', fromMs: Math.round(middle - half), untilMs: Math.round(middle + half) }
}

/** Twice as much time around the same middle, but nothing of the future. */
export function widened({ fromMs, untilMs }: Pick<Frame, 'fromMs' | 'untilMs'>, nowMs: number): Range {
  const span = Math.min(MOST_SPAN_MS, 2 * (untilMs - fromMs))
  const until = Math.min(nowMs, (fromMs + untilMs + span) / 2)
  return { kind: 'between', fromMs: Math.round(until - span), untilMs: Math.round(until) }
}
