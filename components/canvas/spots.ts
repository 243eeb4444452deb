import type { FlowNode } from './flow-node'
import type { Spot, Spots } from './history'
import { groupOf, type CanvasState, type CanvasStore } from './store'

// Where things stand on this screen. The server is told elsewhere.

/** Where these stand now, and in which frame. */
export function spotsOf(state: CanvasState, ids: readonly string[]): Spots {
  const wanted = new Set(ids)
  return Object.fromEntries(state.flow.filter((node) => wanted.has(node.id)).map((node) => [node.id, spotOf(state, node)]))
}

function spotOf(state: CanvasState, node: FlowNode): Spot {
  const { x, y } = node.position
  return node.type === 'frame' ? { x, y, width: node.width ?? 0, height: node.height ?? 0 } : { x, y, groupId: groupOf(state, node.id) }
}

/** Where the server says that these stand. */
export function savedSpots(state: CanvasState, ids: readonly string[]): Spots {
  return Object.fromEntries(
    ids.flatMap((id): [string, Spot][] => {
      const group = state.groups[id]
      if (group) return [[id, { x: group.x, y: group.y, width: group.width, height: group.height }]]
      const node = state.services[id] ?? state.volumes[id]
      return node ? [[id, { x: node.x, y: node.y, groupId: node.groupId }]] : []
    }),
  )
}

/** Those of some spots that are different in others. */
export function movedOnly(before: Spots, after: Spots): { before: Spots; after: Spots } {
  const ids = Object.keys(after).filter((id) => before[id] && !isSameSpot(before[id], after[id]!))
  return { before: pick(before, ids), after: pick(after, ids) }
}

/** Whether two are the same; what one of them does not say counts as the same. */
export function isSameSpot(a: Spot, b: Spot): boolean {
  const same = (key: keyof Spot) => a[key] === undefined || b[key] === undefined || a[key] === b[key]
  return (['x', 'y', 'groupId', 'width', 'height'] as const).every(same)
}

export function pick(spots: Spots, ids: readonly string[]): Spots {
  return Object.fromEntries(ids.flatMap((id) => (spots[id] ? [[id, spots[id]]] : [])))
}

/** Puts things where they are to stand, on the screen. */
export function place(store: CanvasStore, spots: Spots): void {
  store.setState(({ flow }) => ({
    flow: flow.map((node) => {
      const spot = spots[node.id]
      if (!spot) return node
      const size = node.type === 'frame' && spot.width !== undefined && spot.height !== undefined ? { width: spot.width, height: spot.height, measured: { width: spot.width, height: spot.height } } : {}
      return { ...node, position: { x: spot.x, y: spot.y }, ...size }
    }),
  }))
}

/** From now on until they are released, the server does not move these. */
export function hold(store: CanvasStore, ids: readonly string[]): void {
  store.setState(({ held }) => ({ held: new Set([...held, ...ids]) }))
}

export function release(store: CanvasStore, ids: readonly string[]): void {
  if (ids.length > 0) store.setState(({ held }) => ({ held: new Set([...held].filter((id) => !ids.includes(id))) }))
}

/** What was saved counts as said by the server, before it says so. */
export function settle(store: CanvasStore, spots: Spots): void {
  const put = <T extends object>(known: Readonly<Record<string, T>>) => {
    const named = Object.entries(spots).filter(([id]) => known[id])
    return named.length === 0 ? known : { ...known, ...Object.fromEntries(named.map(([id, spot]) => [id, { ...known[id]!, ...spot }])) }
  }
  store.setState(({ services, volumes, groups }) => ({ services: put(services), volumes: put(volumes), groups: put(groups) }))
}
