/** What rises until it begins anew, as what came between two looks. */
export type Counters = {
  /**
   * What came since the look before, which is remembered by its key. Null for a first look, and when the one before is too long
   * ago: what came in a gap belongs to no step. Smaller than before, it has begun anew: then all of it is new. `bornAt`: when it began at 0, where that is
   * known: a first look at something younger than the look before counts all of it.
   */
  increase(key: string, total: number, at: Date, bornAt?: Date | null): number | null
  /** Ends a look: what was not seen for long is forgotten. */
  end(at: Date): void
}

/** `maxGapMs`: two looks this far apart still belong together. */
export function makeCounters({ maxGapMs }: { maxGapMs: number }): Counters {
  const former = new Map<string, { total: number; atMs: number }>()
  let lastMs: number | null = null
  const belongs = (beforeMs: number, atMs: number) => atMs > beforeMs && atMs - beforeMs <= maxGapMs
  return {
    increase(key, total, at, bornAt = null) {
      const atMs = at.getTime()
      const before = former.get(key)
      former.set(key, { total, atMs })
      if (before) return belongs(before.atMs, atMs) ? (total >= before.total ? total - before.total : total) : null
      const isNew = bornAt !== null && lastMs !== null && belongs(lastMs, atMs) && bornAt.getTime() >= lastMs
      return isNew ? total : null
    },
    end(at) {
      lastMs = at.getTime()
      for (const [key, { atMs }] of former) if (!belongs(atMs, lastMs) && atMs !== lastMs) former.delete(key)
    },
  }
}
