/** Pause between two words about where people are: the more there are, the longer, so that all of it together stays bounded. */
export function paceMs(people: number): number {
  return Math.min(60 + 8 * Math.max(0, people - 2), 1_000)
}
