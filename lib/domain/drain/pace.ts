const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 5 * 60_000
/** Nobody is waited for longer because they say so. */
const LONGEST_ASKED_MS = 3_600_000

/** How long nothing may get through until people are told in the activity. */
export const FAILS_LONG_MS = 10 * 60_000

/** How long to wait after so many attempts have failed. `random`: from 0 to 1, so that not all who failed together come back together. `askedMs`: what the other side asked for. */
export function pauseMs(attempts: number, { random, askedMs }: { random: number; askedMs: number | null }): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(30, Math.max(0, attempts - 1)))
  return Math.max(longest * (0.5 + random / 2), Math.min(askedMs ?? 0, LONGEST_ASKED_MS))
}

/** What `Retry-After` asks for: seconds, or a date. Null where it says nothing that is understood. */
export function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1_000
  const at = /^[A-Za-z]{3,9},? /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime())
}
