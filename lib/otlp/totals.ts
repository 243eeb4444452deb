// What rises for ever, as what came between two points. What was told is believed only once it is stored (`keep`); else the next point tells it again.

export type Total = { values: readonly number[]; /** When it was 0; 0 where that is not told. */ startMs: number; readMs: number }

export type Totals = {
  /** What came since the last kept point of this key; null for a first one that began before we listened. */
  increase(key: string, total: Total): readonly number[] | null
  /** Believes, or forgets, all that was told since the last time. */
  keep(isStored: boolean): void
}

const FORGOTTEN_MS = 3_600_000
const MOST_KEYS = 20_000
/** Clocks of programs and of this one are read one after the other. */
const SLACK_MS = 2_000

/** `sinceMs`: since when every point was seen: what began later is wholly known. One for each service. */
export function makeTotals(sinceMs: number): Totals {
  const known = new Map<string, Total>()
  let told = new Map<string, Total>()
  return {
    increase(key, total) {
      const before = told.get(key) ?? known.get(key)
      told.set(key, total)
      if (!before) return total.startMs >= sinceMs - SLACK_MS ? total.values : null
      const isSame = before.startMs === total.startMs && before.values.length === total.values.length && total.values.every((value, index) => value >= before.values[index]!)
      return isSame ? total.values.map((value, index) => value - before.values[index]!) : total.values
    },
    keep(isStored) {
      if (isStored) {
        for (const [key, total] of told) {
          known.delete(key)
          known.set(key, total)
        }
        const newest = [...told.values()].at(-1)?.readMs ?? 0
        // The longest untold come first.
        for (const [key, { readMs }] of known) {
          if (known.size <= MOST_KEYS && readMs >= newest - FORGOTTEN_MS) break
          known.delete(key)
        }
      }
      told = new Map()
    },
  }
}
