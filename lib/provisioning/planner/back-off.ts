// A service that exits is started again for ever, each time after a longer wait; five minutes of health make it new.

const FIRST_MS = 1_000
const LONGEST_MS = 60_000
export const STABLE_MS = 5 * 60_000

/** Wait before the next start after so many exits in a row: 1 s, 2 s, 4 s, … at most a minute. */
export function backOffMs(crashes: number): number {
  return crashes <= 0 ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(crashes - 1, 10))
}
