// How a database is, as its engine tells it: what has been counted since it was started, or since its statistics were.

/** Null: the engine did not tell. */
export type Figures = {
  /** Of clients, without the one that asked where it is known to be one. */
  connections: { used: number | null; allowed: number | null }
  sizeBytes: number | null
  /** How often something was looked for in memory, and how often it was not there. */
  cache: { lookups: number | null; misses: number | null }
  operations: number | null
}

/** What the figures are called, which differs by engine. */
export type FigureWords = { size: string; cache: string; operations: string }

/** How many of the lookups found it in memory, from 0 to 1; null before the first, and where it is not told. */
export function hitShare({ lookups, misses }: Figures['cache']): number | null {
  return lookups === null || misses === null || lookups <= 0 ? null : Math.max(0, Math.min(1, 1 - misses / lookups))
}

type Counted = { at: string; operations: number | null }

/** Operations a second between two looks; null where it was started anew in between. */
export function operationsRate(before: Counted | null, now: Counted): number | null {
  if (before === null || before.operations === null || now.operations === null) return null
  const seconds = (Date.parse(now.at) - Date.parse(before.at)) / 1000
  return seconds <= 0 || now.operations < before.operations ? null : (now.operations - before.operations) / seconds
}
