import { once } from './once'

/** Lets those who have waited for a service go on, not all at the same moment. */
export type WayOut<T> = {
  /** Stands in line for the service. */
  line(serviceId: string, somebody: T): void
  /** Stands in line no more; nothing if it did not. */
  step(serviceId: string, somebody: T): void
}

/**
 * A workload that has just begun to listen is not overrun: so many of a service are on their way at once. Connections beyond what
 * its system queues would not be answered at all.
 */
const AT_ONCE = 100
/** Somebody who is not answered for so long (perhaps it asked for news that has yet to happen) holds up the others no more. */
const LONGEST_MS = 5_000

/** `goOn` lets one go and is given what to call when it has its answer. */
export function wayOut<T>(goOn: (somebody: T, done: () => void) => void): WayOut<T> {
  const lines = new Map<string, { waiting: Set<T>; going: number }>()

  const move = (serviceId: string) => {
    const line = lines.get(serviceId)
    if (!line) return
    for (const somebody of line.waiting) {
      if (line.going >= AT_ONCE) return
      line.waiting.delete(somebody)
      line.going++
      const done = once(() => {
        clearTimeout(timer)
        line.going--
        setImmediate(move, serviceId)
      })
      const timer = setTimeout(done, LONGEST_MS)
      goOn(somebody, done)
    }
    if (line.going === 0) lines.delete(serviceId)
  }
  return {
    line(serviceId, somebody) {
      const line = lines.get(serviceId) ?? { waiting: new Set(), going: 0 }
      lines.set(serviceId, line.waiting.add(somebody) && line)
      setImmediate(move, serviceId)
    },
    step: (serviceId, somebody) => void lines.get(serviceId)?.waiting.delete(somebody),
  }
}
