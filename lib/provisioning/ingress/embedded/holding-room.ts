import { once } from './once'
import { crowdedPage, heldPage } from './pages'
import { isHolding, type HoldingRoute, type RouteIndex } from './route-index'
import type { Counters } from './traffic'
import type { Visitor } from './visitor'
import { wayOut } from './way-out'

// Where requests wait while their service has no target but will have one soon. Nothing of their bodies is read: what the
// client sends fills its own buffers. (Of a client with more to send than those take, the proxy cannot hear that it has
// gone; it is forgotten when its time is over. All others are forgotten at once.)

export type HoldingRoom = {
  /** Lets the visitor wait for a table that has something else for it. Refuses it when there is no room. */
  take(visitor: Visitor, route: HoldingRoute): void
  /** Lets those go on for whom the table in force has something else than waiting. */
  follow(): void
  /** Ids of the sleeping services somebody waits for. */
  wanted(): string[]
  /** Calls the listener once, as soon as `wanted` has something; the function it gives takes that back. */
  whenWanted(listener: () => void): () => void
  /** How many listeners wait for `wanted`. */
  polls(): number
  /** Answers everybody: the proxy ends. */
  close(): void
}

export type HoldingLimits = { perService: number; overall: number }

type Waiter = { visitor: Visitor; serviceId: string; forMs: number; timer?: NodeJS.Timeout; leave(): void }
type Parts = { index(): RouteIndex; counters: Counters; limits: HoldingLimits; /** Where those go who need not wait; `done` is called when they have an answer. */ goOn(visitor: Visitor, done: () => void): void }

/** Node takes a longer time for none at all. */
const LONGEST_MS = 2 ** 31 - 1

export function holdingRoom({ index, counters, limits, goOn }: Parts): HoldingRoom {
  const waiters = new Set<Waiter>()
  const perService = new Map<string, number>()
  const listeners = new Set<() => void>()
  let isClosed = false

  const wanted = () =>
    [...perService.keys()].filter((id) => {
      const route = index().byService(id)
      return route && isHolding(route) && route.hold.reason === 'sleeping'
    })
  const announce = () => {
    if (listeners.size === 0 || wanted().length === 0) return
    const heard = [...listeners]
    listeners.clear()
    for (const listener of heard) listener()
  }
  const letGo = (waiter: Waiter, done = () => {}) => {
    waiter.leave()
    goOn(waiter.visitor, done)
  }
  const exit = wayOut(letGo)
  const endWait = (waiter: Waiter) => {
    const route = waiter.visitor.find()
    if (!route || !isHolding(route)) return letGo(waiter)
    waiter.leave()
    waiter.visitor.refuse(heldPage(route))
  }
  const setTimer = (waiter: Waiter, forMs: number) => {
    clearTimeout(waiter.timer)
    waiter.forMs = forMs
    waiter.timer = setTimeout(endWait, Math.min(LONGEST_MS, Math.max(0, waiter.visitor.story.arrivedAt + forMs - performance.now())), waiter)
  }
  const follow = () => {
    for (const waiter of waiters) {
      const route = waiter.visitor.find()
      if (route?.serviceId === waiter.serviceId && isHolding(route)) {
        exit.step(waiter.serviceId, waiter)
        if (route.hold.forMs !== waiter.forMs) setTimer(waiter, route.hold.forMs)
      } else if (route && route.targets.length > 0) exit.line(waiter.serviceId, waiter)
      else letGo(waiter)
    }
    announce()
  }
  return {
    take(visitor, route) {
      const { serviceId } = route
      if (isClosed) return visitor.refuse(heldPage(route))
      if (waiters.size >= limits.overall || (perService.get(serviceId) ?? 0) >= limits.perService) return visitor.refuse(crowdedPage(route))
      const release = counters.hold(serviceId)
      const leave = once(() => {
        clearTimeout(waiter.timer)
        waiters.delete(waiter)
        exit.step(serviceId, waiter)
        change(perService, serviceId, -1)
        release()
      })
      const waiter: Waiter = { visitor, serviceId, forMs: 0, leave }
      waiters.add(waiter)
      change(perService, serviceId, 1)
      setTimer(waiter, route.hold.forMs)
      visitor.whenOver(leave)
      announce()
    },
    follow,
    wanted,
    whenWanted(listener) {
      listeners.add(listener)
      announce()
      return () => void listeners.delete(listener)
    },
    polls: () => listeners.size,
    close() {
      isClosed = true
      for (const waiter of waiters) endWait(waiter)
    },
  }
}

function change(counts: Map<string, number>, key: string, by: number): void {
  const now = (counts.get(key) ?? 0) + by
  if (now > 0) counts.set(key, now)
  else counts.delete(key)
}
