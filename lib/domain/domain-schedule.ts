import type { DomainState } from './domain-state'

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

/** How long after a name was proven it is looked at every `SOON_MS` where a Caddy obtains its certificate. Not longer: where the authority says no, Caddy itself waits for a minute, and then for longer. */
const FRESH_MS = 15_000
const SOON_MS = 5_000

/** When a name is looked at again whose certificate a Caddy obtains once the name is in the routing table, into which it is put when it is proven. Nobody tells us when that is done. */
export function whereCaddyObtains({ state, ownedAt, nextCheckAt }: { state: DomainState; ownedAt: Date | null; nextCheckAt: Date | null }, now: Date): Date | null {
  const isFresh = state === 'verifying' && ownedAt !== null && now.getTime() - ownedAt.getTime() < FRESH_MS
  return isFresh ? new Date(now.getTime() + SOON_MS) : nextCheckAt
}

/** Milliseconds until the next look, at something waited for since `waitedMs`, or that is well. `share`: 0 to 1, so that not all come at once. */
export function nextLookMs({ isWell, waitedMs, share }: { isWell: boolean; waitedMs: number; share: number }): number {
  const everyMs = isWell ? HOUR_MS : (STEPS.find(({ untilMs }) => waitedMs < untilMs)?.everyMs ?? HOUR_MS)
  return Math.round(everyMs * (0.95 + 0.1 * share))
}
