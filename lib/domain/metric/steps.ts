// Steps of time. All begin at whole multiples of their length since 1970, in UTC.

const DAY_MS = 86_400_000

/** In what steps samples are kept, how many of them make a chunk, and for how long. A chunk begins at a multiple of its length as well. */
export const KEPT = [
  { seconds: 10, slots: 360, keptMs: 7 * DAY_MS },
  { seconds: 60, slots: 360, keptMs: 30 * DAY_MS },
  { seconds: 900, slots: 384, keptMs: 365 * DAY_MS },
] as const satisfies readonly Kept[]
/** `partSeconds`: what of a step is told apart as measured or not, where that does not follow from its length. */
export type Kept = { readonly seconds: number; readonly slots: number; readonly keptMs: number; readonly partSeconds?: number }
export const [SAMPLES, MINUTES, QUARTERS] = KEPT

/** Steps that are chosen for somebody who asks for none: people read them easily. */
const NICE_S = [10, 30, 60, 120, 300, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 604_800]
const FEW = 400
const MOST = 1_000
const ROUGHLY = 10

/** What is answered: steps of so many seconds, from one moment to another (both in milliseconds, on whole steps), read from what is kept. */
export type Grid = { stepSeconds: number; fromMs: number; untilMs: number; count: number; kept: Kept }

/** `everySeconds`: how often it is measured; finer steps would be full of holes. */
export type Span = { fromMs: number; untilMs: number; nowMs: number; stepSeconds?: number | undefined; everySeconds: number }

/**
 * The steps that answer a question: those asked for, or ones that suit; longer where they would be too many, or where what is that old
 * is not kept so finely.
 */
export function gridOf({ fromMs, untilMs, nowMs, stepSeconds, everySeconds }: Span): Grid {
  const oldest = KEPT.find(({ keptMs }) => fromMs >= nowMs - keptMs) ?? QUARTERS
  const usable = KEPT.filter(({ seconds }) => seconds >= Math.max(oldest.seconds, everySeconds))
  const finest = usable[0]!
  const spanSeconds = Math.max(1, (untilMs - fromMs) / 1_000)
  const least = Math.max(finest.seconds, spanSeconds / (MOST - 1), stepSeconds ?? niceStep(spanSeconds / FEW))
  // Made of whole steps of what is kept, not of too many: a long step may be a tenth longer than asked for.
  const unit = [...usable].reverse().find(({ seconds }) => seconds * ROUGHLY <= least) ?? finest
  const step = Math.ceil(least / unit.seconds) * unit.seconds
  const stepMs = step * 1_000
  const first = Math.floor(fromMs / stepMs) * stepMs
  const last = Math.max(first + stepMs, Math.ceil(untilMs / stepMs) * stepMs)
  return { stepSeconds: step, fromMs: first, untilMs: last, count: (last - first) / stepMs, kept: [...usable].reverse().find(({ seconds }) => step % seconds === 0)! }
}

function niceStep(atLeast: number): number {
  return NICE_S.find((nice) => nice >= atLeast) ?? atLeast
}

/** Where the chunk begins that a moment falls into, in milliseconds. */
export function chunkStart({ seconds, slots }: Kept, atMs: number): number {
  const lengthMs = seconds * slots * 1_000
  return Math.floor(atMs / lengthMs) * lengthMs
}
