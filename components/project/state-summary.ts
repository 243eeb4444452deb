import type { ServiceState } from '@/lib/domain/service-state'

export type StateCount = { state: ServiceState; count: number }

// What needs a look comes first.
const ORDER: readonly ServiceState[] = ['failed', 'crashed', 'crashing', 'degraded', 'building', 'releasing', 'queued', 'running', 'scheduled', 'sleeping', 'exited', 'suspended', 'not_deployed', 'removing']

/** How many services are in which state, the ones that need a look first. */
export function summarizeStates(states: readonly ServiceState[]): StateCount[] {
  return ORDER.map((state) => ({ state, count: states.filter((other) => other === state).length })).filter(({ count }) => count > 0)
}

/** The first of these counts that fit into a line, with what runs always among them, and the rest of them. */
export function atAGlance(counts: readonly StateCount[], most: number): { shown: StateCount[]; rest: StateCount[] } {
  const running = counts.filter(({ state }) => state === 'running')
  const first = counts.filter(({ state }) => state !== 'running').slice(0, most - running.length)
  const shown = counts.filter((each) => first.includes(each) || running.includes(each))
  return { shown, rest: counts.filter((each) => !shown.includes(each)) }
}
