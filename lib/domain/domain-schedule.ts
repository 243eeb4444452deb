// When a host name is looked at again.

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Who has not proven a name by then has to give it up: others may wait for it. */
export const GIVE_UP_MS = 72 * HOUR_MS

/** Waited for less than `untilMs`: looked at every `everyMs`. DNS changes soon after somebody says so, or much later. */
const STEPS = [
  { untilMs: 10 * MINUTE_MS, everyMs: MINUTE_MS },
  { untilMs: HOUR_MS, everyMs: 5 * MINUTE_MS },
  { untilMs: 6 * HOUR_MS, everyMs: 15 * MINUTE_MS },
]

/** Milliseconds until the next look, at something waited for since `waitedMs`, or that is well. `share`: 0 to 1, so that not all come at once. */
export function nextLookMs({ isWell, waitedMs, share }: { isWell: boolean; waitedMs: number; share: number }): number {
  const everyMs = isWell ? HOUR_MS : (STEPS.find(({ untilMs }) => waitedMs < untilMs)?.everyMs ?? HOUR_MS)
  return Math.round(everyMs * (0.95 + 0.1 * share))
}
