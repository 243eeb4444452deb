import type { Span } from './log-spans'

// Which part of a window is read next. Pure, so that it can be seen what it does.

/** What is left of a window, and from which end it is read. Milliseconds; `untilMs` is not within. */
export type Rest = Span & { isOlder: boolean }
export type Slice = Span & { /** Its words can be looked up. */ isIndexed: boolean }

/** The next slice: to the edge of an index on words, or as long as `lengthMs` and not into one. */
export function nextSlice(rest: Rest, lengthMs: number, spans: readonly Span[]): Slice {
  const { fromMs, untilMs, isOlder } = rest
  const first = isOlder ? untilMs - 1 : fromMs
  const span = spans.find((each) => each.fromMs <= first && first < each.untilMs)
  if (span) return isOlder ? { fromMs: Math.max(fromMs, span.fromMs), untilMs, isIndexed: true } : { fromMs, untilMs: Math.min(untilMs, span.untilMs), isIndexed: true }
  if (isOlder) return { fromMs: Math.max(fromMs, untilMs - lengthMs, ...spans.filter((each) => each.untilMs <= untilMs).map((each) => each.untilMs)), untilMs, isIndexed: false }
  return { fromMs, untilMs: Math.min(untilMs, fromMs + lengthMs, ...spans.filter((each) => each.fromMs > fromMs).map((each) => each.fromMs)), isIndexed: false }
}

/** What is left after a slice; null for nothing. */
export function restAfter(rest: Rest, slice: Slice): Rest | null {
  const left = rest.isOlder ? { ...rest, untilMs: slice.fromMs } : { ...rest, fromMs: slice.untilMs }
  return left.fromMs < left.untilMs ? left : null
}

/** What a slice should take. */
const GOAL_MS = 120
const MIN_LENGTH_MS = 1_000

/** How long the next slice is, by how long the last one took. */
export function nextLength(lengthMs: number, tookMs: number): number {
  return Math.max(MIN_LENGTH_MS, Math.round(lengthMs * Math.min(8, Math.max(0.25, GOAL_MS / Math.max(1, tookMs)))))
}

/** How long a slice is after one that took too long; null when it cannot be much shorter. */
export function shorterLength(lengthMs: number): number | null {
  return lengthMs <= MIN_LENGTH_MS ? null : Math.max(MIN_LENGTH_MS, Math.round(lengthMs / 8))
}

const LEAST_LINES = 1_000
const MOST_LINES = 200_000

/** How many lines of blocks are read at once, by how long the last ones took. */
export function moreLines(lines: number, tookMs: number): number {
  return Math.round(Math.min(MOST_LINES, Math.max(LEAST_LINES, lines * Math.min(4, Math.max(0.25, GOAL_MS / Math.max(1, tookMs))))))
}

/** How many are read at once after so many took too long; null when it cannot be fewer. */
export function fewerLines(lines: number): number | null {
  return lines <= LEAST_LINES ? null : Math.max(LEAST_LINES, Math.round(lines / 8))
}
