// Which times should have an index on the words of their lines. Pure.

type Span = { fromMs: number; untilMs: number }
export type WordIndexPlan = { /** Newest first. */ build: Span[]; /** Held by longer ones. */ drop: Span[] }

const QUARTER_MS = 15 * 60_000
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
/** Lines are stored a moment after their time. */
const SETTLE_MS = 60_000

/**
 * Hours that are over have one index each, quarters of the hour that is not have one until it is: so little is without an index, and
 * whoever stores lines passes few of them. `days`: those that have lines, as milliseconds.
 */
export function planWordIndexes(days: readonly number[], built: readonly Span[], nowMs: number): WordIndexPlan {
  const isBuilt = (span: Span) => built.some((each) => each.fromMs === span.fromMs && each.untilMs === span.untilMs)
  const settledMs = nowMs - SETTLE_MS
  const hours = days.flatMap((day) => spansOf({ fromMs: day, untilMs: Math.min(day + DAY_MS, settledMs) }, HOUR_MS))
  const openHourMs = Math.floor(settledMs / HOUR_MS) * HOUR_MS
  const quarters = days.some((day) => day <= openHourMs && openHourMs < day + DAY_MS) ? spansOf({ fromMs: openHourMs, untilMs: settledMs }, QUARTER_MS) : []
  const build = [...quarters, ...hours].filter((span) => !isBuilt(span)).sort((a, b) => b.fromMs - a.fromMs)
  const drop = built.filter((span) => span.untilMs - span.fromMs < HOUR_MS && hours.some((hour) => isBuilt(hour) && hour.fromMs <= span.fromMs && span.untilMs <= hour.untilMs))
  return { build, drop }
}

/** The whole parts of a time. */
function spansOf({ fromMs, untilMs }: Span, lengthMs: number): Span[] {
  return Array.from({ length: Math.max(0, Math.floor((untilMs - fromMs) / lengthMs)) }, (_, n) => ({ fromMs: fromMs + n * lengthMs, untilMs: fromMs + (n + 1) * lengthMs }))
}
