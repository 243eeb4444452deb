import type { Route } from '../table'
import { keyOf, type RouteIndex, type Target } from './route-index'

/** Who is asked first. */
export type Balance = {
  /** The targets of a route in the order to try them: they take turns, and those that refused a moment ago come last. */
  order(route: Route): Target[]
  /** This one refused a connection: for a while the others go first. */
  refused(target: Target): void
  /** Forgets what the table no longer has. */
  follow(index: RouteIndex): void
}

const PASSED_OVER_MS = 2_000

/** Turns go on from table to table, so that frequent publications do not favour the first target. */
export function balance(now: () => number = () => performance.now()): Balance {
  const turns = new Map<string, number>()
  const passedOver = new Map<string, number>()
  const isHealthy = (target: Target) => (passedOver.get(keyOf(target)) ?? 0) <= now()

  return {
    order(route) {
      if (route.targets.length === 1) return route.targets
      const turn = turns.get(route.serviceId) ?? 0
      turns.set(route.serviceId, turn + 1)
      const healthy = route.targets.filter(isHealthy)
      return [...rotated(healthy, turn), ...rotated(route.targets.filter((target) => !healthy.includes(target)), turn)]
    },
    refused: (target) => void passedOver.set(keyOf(target), now() + PASSED_OVER_MS),
    follow(index) {
      for (const key of passedOver.keys()) if (!index.hasTarget(key)) passedOver.delete(key)
      for (const id of turns.keys()) if (!index.byService(id)) turns.delete(id)
    },
  }
}

function rotated<T>(list: T[], by: number): T[] {
  const first = list.length === 0 ? 0 : by % list.length
  return [...list.slice(first), ...list.slice(0, first)]
}
