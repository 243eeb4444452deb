import { traced } from '../trace'
import type { Engine } from './engine'

// Where the fault suite steps in: before a part of the work, when its effect is there but is not known yet, and after it.
// In production nobody does, and nothing here costs anything.

export const MOMENTS = ['before', 'during', 'after'] as const
export type Moment = (typeof MOMENTS)[number]

/** Does a part of the work, and does it once more when it is asked for again. Its `during` lies within `work`. */
export async function part<T>(engine: Pick<Engine, 'at'>, name: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    await engine.at?.(`${name}:before`)
    const result = await traced(name, {}, work)
    if ((await engine.at?.(`${name}:after`)) !== 'again') return result
  }
}
