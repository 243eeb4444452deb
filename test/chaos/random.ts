/** Numbers that look random and are the same for the same seed. */
export type Random = {
  /** At least 0, less than `below`. */
  upTo(below: number): number
  pick<T>(from: readonly T[]): T
  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
}

/** Mulberry32: small, and good enough to choose what to do next. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const upTo = (below: number) => Math.floor(next() * below)
  return {
    upTo,
    pick: (from) => from[upTo(from.length)]!,
    weighted(weights) {
      const entries = Object.entries(weights) as [keyof typeof weights, number][]
      let left = upTo(entries.reduce((sum, [, weight]) => sum + weight, 0))
      for (const [key, weight] of entries) if ((left -= weight) < 0) return key
      throw new Error('There is nothing to choose from.')
    },
  }
}
