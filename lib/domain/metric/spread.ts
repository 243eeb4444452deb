// Histograms of programs: how many of what was measured fell between two bounds that the program chose.

/** A bucket as it is kept: `lower..upper`, where `-Infinity` and `Infinity` are no bound. */
export function boundsText(lower: number, upper: number): string {
  return `${lower}..${upper}`
}

type Bucket = { bounds: string; count: number }

/**
 * The value that this share of what was measured stays below, as if it lay evenly within its bucket; null when nothing was measured. Of a
 * bucket without a bound on one side it is the other one.
 */
export function spreadOf(kept: readonly Bucket[], share: number): number | null {
  const buckets = [...together(kept)].map(([bounds, count]) => ({ ...parsed(bounds), count })).sort((a, b) => a.upper - b.upper || a.lower - b.lower)
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  if (total <= 0) return null
  let before = 0
  for (const { lower, upper, count } of buckets) {
    if (count > 0 && before + count >= share * total) return within({ lower, upper }, (share * total - before) / count)
    before += count
  }
  return null
}

function together(kept: readonly Bucket[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { bounds, count } of kept) sums.set(bounds, (sums.get(bounds) ?? 0) + count)
  return sums
}

function parsed(bounds: string): { lower: number; upper: number } {
  const [lower, upper] = bounds.split('..').map(Number)
  return { lower: lower ?? 0, upper: upper ?? 0 }
}

function within({ lower, upper }: { lower: number; upper: number }, part: number): number | null {
  if (Number.isFinite(lower) && Number.isFinite(upper)) return lower + (upper - lower) * Math.min(1, Math.max(0, part))
  return Number.isFinite(lower) ? lower : Number.isFinite(upper) ? upper : null
}
