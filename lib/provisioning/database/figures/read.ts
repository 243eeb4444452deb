import type { Figures } from '../../../domain/engine/figures'
import type { FiguresPart } from './part'

/** What an engine told, by its own names. */
export type Told = ReadonlyMap<string, number>

/** The figures that an engine told; what it left out is unknown, and so is the sum it would be of. */
export function readFigures({ names, own }: Pick<FiguresPart, 'names' | 'own'>, told: Told): Figures {
  const sum = (of: readonly string[]) => of.reduce<number | null>((total, name) => (total === null || !told.has(name) ? null : total + told.get(name)!), 0)
  const used = sum(names.used)
  return {
    connections: { used: used === null ? null : Math.max(0, used - own), allowed: sum(names.allowed) },
    sizeBytes: sum(names.size),
    cache: { lookups: sum(names.lookups), misses: sum(names.misses) },
    operations: sum(names.operations),
  }
}

/** Names with their values; what is no number of something is left out. */
export function toldOf(pairs: Iterable<readonly [unknown, unknown]>): Told {
  const told = new Map<string, number>()
  for (const [name, value] of pairs) {
    const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN
    if (typeof name === 'string' && Number.isFinite(number) && number >= 0) told.set(name, number)
  }
  return told
}
