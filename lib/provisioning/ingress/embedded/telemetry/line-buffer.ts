import type { AccessLine, Dropped } from '../../telemetry'

// Access lines until they are fetched. A service that is asked more often than anybody could read has a share of them written down
// and the others counted; errors have a share of their own, since they are what one looks for.

export type LineLimits = {
  /** Lines of one service in one second; as many again for its errors. */
  perSecond: number
  /** All that wait. */
  lines: number
  characters: number
}
const LIMITS: LineLimits = { perSecond: 200, lines: 20_000, characters: 8_000_000 }

export type LineBuffer = {
  /** Keeps the line, or counts it as left out. `make` is asked only when there is room. */
  add(what: { serviceId: string; isError: boolean; at: number }, make: () => AccessLine): void
  /** The oldest of those that wait, at most so many, and what was left out since; they are forgotten here. */
  take(most: number): { lines: AccessLine[]; dropped: Dropped[] }
}

/** What every line costs besides its path. */
const FIXED_CHARACTERS = 400

export function lineBuffer(limits: LineLimits = LIMITS): LineBuffer {
  let waiting: AccessLine[] = []
  let characters = 0
  const dropped = new Map<string, Dropped>()
  let second = 0
  let taken = new Map<string, { fine: number; errors: number }>()

  const mayTake = (serviceId: string, isError: boolean, at: number) => {
    const now = Math.floor(at / 1000)
    if (now !== second) {
      second = now
      taken = new Map()
    }
    let share = taken.get(serviceId)
    if (!share) taken.set(serviceId, (share = { fine: 0, errors: 0 }))
    return isError ? share.errors++ < limits.perSecond : share.fine++ < limits.perSecond
  }
  const drop = (serviceId: string, at: number) => {
    const known = dropped.get(serviceId)
    if (!known) return void dropped.set(serviceId, { serviceId, from: at, until: at, lines: 1 })
    known.lines++
    known.until = at
  }
  return {
    add({ serviceId, isError, at }, make) {
      if (waiting.length >= limits.lines || characters >= limits.characters || !mayTake(serviceId, isError, at)) return drop(serviceId, at)
      const line = make()
      characters += sizeOf(line)
      waiting.push(line)
    },
    take(most) {
      const lines = waiting.slice(0, most)
      waiting = waiting.slice(most)
      characters = waiting.reduce((sum, line) => sum + sizeOf(line), 0)
      const left = [...dropped.values()]
      dropped.clear()
      return { lines, dropped: left }
    },
  }
}

function sizeOf({ path, route, requestId }: AccessLine): number {
  return FIXED_CHARACTERS + path.length + route.length + requestId.length
}
