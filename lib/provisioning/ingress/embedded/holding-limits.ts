import { readFile } from 'node:fs/promises'

import type { HoldingLimits } from './holding-room'

/** A held request costs a connection and some memory: more of them are an attack, or better told to come back. */
const MOST: HoldingLimits = { perService: 10_000, overall: 50_000 }

/**
 * How many requests may wait. A connection is an open file, of which the system allows a process only so many; a held request has
 * one and gets another when it is carried, and the services that do not sleep want some as well. So those who wait have a third.
 */
export async function holdingLimits(): Promise<HoldingLimits> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  return fittingLimits(limits)
}

/** The same, for the text of Linux about the limits of a process; without one, or with none in it, for a system that allows plenty. */
export function fittingLimits(text: string): HoldingLimits {
  const files = Number(/^Max open files\s+(\d+)/m.exec(text)?.[1] ?? Infinity)
  const overall = Math.min(MOST.overall, Math.floor(files / 3))
  return { overall, perService: Math.min(MOST.perService, overall) }
}
