import { coarser } from '../domain/metric/exponential'

// What rises for ever, as what came between two points. What was told is believed only once it is stored (`keep`); else the next point tells it again.

/**
 * `startMs`: when it was 0; 0 where that is not told. `isNew`: whether what was never told before has come since the point before, where whoever asks knows better than by that.
 * `buckets`: of an exponential histogram, which buckets the values are of.
 */
export type Total = { values: readonly number[]; startMs: number; readMs: number; isNew?: boolean; buckets?: { scale: number; first: number } }

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

/** `sinceMs`: since when every point was seen: what began later is wholly known. `maxGapMs`: what came in a longer time between two points belongs to no step. One for each service. */
export function makeTotals(sinceMs: number, { maxGapMs = Infinity }: { maxGapMs?: number } = {}): Totals {
  const known = new Map<string, Total>()
  let told = new Map<string, Total>()
  return {
    increase(key, total) {
      const before = told.get(key) ?? known.get(key)
      told.set(key, total)
      if (!before) return (total.isNew ?? total.startMs >= sinceMs - SLACK_MS) ? total.values : null
      if (total.readMs - before.readMs > maxGapMs) return null
      const former = valuesIn(before, total)
      const isSame = before.startMs === total.startMs && former !== null && total.values.every((value, index) => value >= former[index]!)
      return isSame ? total.values.map((value, index) => value - former[index]!) : total.values
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

/** What was counted before, in the places of what is counted now; null where these are other buckets. */
function valuesIn({ values, buckets }: Total, now: Total): readonly number[] | null {
  if (!buckets || !now.buckets) return values.length === now.values.length ? values : null
  const { scale, first } = now.buckets
  if (scale > buckets.scale) return null
  const former = coarser({ ...buckets, counts: values }, scale)
  const last = former.first + former.counts.length
  // Of nothing that was counted nothing is left out.
  if (former.counts.some((count, index) => count > 0 && (former.first + index < first || former.first + index >= first + now.values.length))) return null
  return now.values.map((_, index) => (first + index >= former.first && first + index < last ? former.counts[first + index - former.first]! : 0))
}
