import type { RunOperation } from '@/components/client/operations'
import { environmentArrange } from '@/lib/contract/first-doors'

import type { Spot, Spots } from './history'
import { hold, pick, place, release, savedSpots, settle } from './spots'
import { nodeIn, type CanvasStore } from './store'

export type SpotMove = { before: Spots; after: Spots }

export type Hands = { store: CanvasStore; run: RunOperation; environmentId: string }

// The newest save of a thing decides: an older one that answers late neither releases nor reverts it.
const newest = new Map<string, symbol>()

/**
 * Tells the server where things stand, which they do on the screen already; takes them back there when it refuses, and throws
 * why. `isStrict`: they have to stand there where they stood before, so that what somebody else has moved stays.
 */
export async function saveSpots({ store, run, environmentId }: Hands, { before, after }: SpotMove, isStrict = false): Promise<void> {
  const state = store.getState()
  const ids = Object.keys(after).filter((id) => nodeIn(state, id) ?? state.groups[id])
  if (ids.length === 0) return
  const save = Symbol('save')
  ids.forEach((id) => newest.set(id, save))
  hold(store, ids)
  const current = () => ids.filter((id) => newest.get(id) === save)
  try {
    await run(environmentArrange, { environmentId, positions: ids.map((id) => toPosition(store, id, { spot: after[id]!, was: before[id], isStrict })) })
    settle(store, pick(after, current()))
    release(store, current())
  } catch (error) {
    release(store, current())
    place(store, savedSpots(store.getState(), current()))
    throw error
  }
}

function toPosition(store: CanvasStore, id: string, { spot, was, isStrict }: { spot: Spot; was: Spot | undefined; isStrict: boolean }) {
  const { groups, services } = store.getState()
  const { groupId, width, height, x, y } = spot
  const at = { x, y, ...(was && isStrict ? { was: { x: was.x, y: was.y } } : {}) }
  if (groups[id]) return { groupId: id, ...at, ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) }
  // Who only moves says nothing of frames, so that a frame that somebody takes away meanwhile is no hindrance.
  const joins = groupId === undefined || groupId === was?.groupId ? {} : { groupId }
  return services[id] ? { serviceId: id, ...at, ...joins } : { volumeId: id, ...at, ...joins }
}
