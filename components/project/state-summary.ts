import type { ServiceState } from '@/lib/domain/service-state'

// What needs a look comes first.
const ORDER: readonly ServiceState[] = ['failed', 'crashed', 'crashing', 'degraded', 'building', 'releasing', 'queued', 'running', 'scheduled', 'sleeping', 'exited', 'suspended', 'not_deployed', 'removing']

/** How many services are in which state, the ones that need a look first. */
export function summarizeStates(states: readonly ServiceState[]): { state: ServiceState; count: number }[] {
  return ORDER.map((state) => ({ state, count: states.filter((other) => other === state).length })).filter(({ count }) => count > 0)
}
