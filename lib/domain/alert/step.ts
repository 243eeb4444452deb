import type { AlertRule } from './rule'
import { ALERT_KIND } from './kind'

// One look at one rule and one subject. What is counted is time that was seen: a look that measured nothing, and a pause between
// looks that is too long (the worker was away), count for nothing. So a gap neither fires nor resolves; it only takes longer. A look that
// saw that there was nothing to measure (no requests) is no gap for what fires: it counts as well again. It says nothing of what is pending.

/** What is remembered between looks of something that is not well. */
export type Held = {
  state: 'pending' | 'firing'
  /** For how long it was seen beyond the threshold (pending), or well again (firing), without a break. */
  countedMs: number
  /** Of the last look. */
  lookedAt: number
  /** Whether the last look measured what is counted; time since a gap was not seen. */
  isSeen: boolean
  /** The last value that was measured. */
  value: number
}

/** Longer between two looks, and nobody knows what was in between. */
export const LONGEST_STEP_MS = 30_000

/** Well again is not just below the threshold, so that a value around it does not go back and forth. */
const CLEAR_SHARE = 0.9

/** Below this it is well again. */
export function clearBelow(threshold: number): number {
  return threshold * CLEAR_SHARE
}

/** What follows: null for nothing to remember. `resolved` says that it was firing. */
export type Step = { held: Held } | { held: null; wasFiring: boolean }

/** `value`: null for a gap, or, with `isQuiet`, for nothing that could have been wrong. `atMost`: of a gap, what it was no greater than; enough to be well again, and never to fire. */
export function step(before: Held | null, rule: Pick<AlertRule, 'kind' | 'threshold' | 'forSeconds'>, look: { at: number; value: number | null; isQuiet?: boolean; atMost?: number }): Step {
  const { at, value, isQuiet = false, atMost = Number.POSITIVE_INFINITY } = look
  if (value === null && (isQuiet || atMost <= clearBelow(rule.threshold)) && before?.state === 'firing') return stepWell(before, rule, { at, value: before.value })
  if (value === null) return before === null ? { held: null, wasFiring: false } : { held: { ...before, lookedAt: at, isSeen: false } }
  if (before?.state === 'firing') return stepFiring(before, rule, { at, value })
  if (value <= rule.threshold) return { held: null, wasFiring: false }
  const countedMs = before === null ? 0 : before.countedMs + seenMs(before, at)
  // From here on being well is counted, of which nothing was seen yet.
  if (countedMs >= rule.forSeconds * 1000) return { held: { state: 'firing', countedMs: 0, lookedAt: at, isSeen: false, value } }
  return { held: { state: 'pending', countedMs, lookedAt: at, isSeen: true, value } }
}

function stepFiring(before: Held, { kind, threshold }: Pick<AlertRule, 'kind' | 'threshold'>, { at, value }: { at: number; value: number }): Step {
  // Between the two it is neither: what was counted of being well begins anew.
  if (value > clearBelow(threshold)) return { held: { ...before, countedMs: 0, lookedAt: at, isSeen: false, value } }
  return stepWell(before, { kind }, { at, value })
}

/** Of what fires, when it is well. */
function stepWell(before: Held, { kind }: Pick<AlertRule, 'kind'>, { at, value }: { at: number; value: number }): Step {
  const countedMs = before.countedMs + seenMs(before, at)
  if (countedMs >= ALERT_KIND[kind].clearSeconds * 1000) return { held: null, wasFiring: true }
  return { held: { ...before, countedMs, lookedAt: at, isSeen: true, value } }
}

function seenMs({ isSeen, lookedAt }: Held, at: number): number {
  const ms = at - lookedAt
  return isSeen && ms > 0 && ms <= LONGEST_STEP_MS ? ms : 0
}
