import type { ElkNode } from 'elkjs/lib/elk-api'

import { FRAME_ROOM } from '@/lib/domain/frame'

import { GRID, NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import type { Spots } from './history'
import { snap } from './placement'
import { groupOf, type CanvasState } from './store'

// Room for the words on a link. What is inside a frame does not take it from what is around.
const SPACING = {
  'elk.spacing.nodeNode': String(2 * GRID),
  'elk.layered.spacing.nodeNodeBetweenLayers': String(5 * GRID),
  'elk.spacing.componentComponent': String(3 * GRID),
}
const OPTIONS = {
  ...SPACING,
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
}
const FRAME_OPTIONS = { ...SPACING, 'elk.padding': `[top=${FRAME_ROOM.above},left=${FRAME_ROOM.side},bottom=${FRAME_ROOM.side},right=${FRAME_ROOM.side}]` }

type Drawn = Pick<CanvasState, 'flow' | 'links' | 'services' | 'volumes' | 'groups'>

/** What is drawn as ELK takes it: frames with their nodes inside. An empty frame is left out; it stays where it is. */
export function toElk(state: Drawn): ElkNode {
  // In the order in which one reads them, so that what was above stays above where that is possible.
  const nodes = state.flow.filter((node) => node.type !== 'frame').sort((a, b) => a.position.y - b.position.y || a.position.x - b.position.x)
  const box = ({ id }: { id: string }): ElkNode => ({ id, width: NODE_WIDTH, height: NODE_HEIGHT })
  const owner = (id: string) => groupOf(state as CanvasState, id)
  const frames = Object.keys(state.groups).flatMap((id): ElkNode[] => {
    const children = nodes.filter((node) => owner(node.id) === id).map(box)
    return children.length === 0 ? [] : [{ id, layoutOptions: FRAME_OPTIONS, children }]
  })
  const free = nodes.filter((node) => !state.groups[owner(node.id) ?? '']).map(box)
  return { id: 'canvas', layoutOptions: OPTIONS, children: [...frames, ...free], edges: edgesOf(state) }
}

/** References lead from who needs to what is needed, mounts from the service to its volume. */
function edgesOf({ links, volumes, services }: Drawn) {
  const references = links.filter(({ from, to }) => from !== to && services[from] && services[to]).map(({ id, from, to }) => ({ id, sources: [from], targets: [to] }))
  const mounts = Object.values(volumes).flatMap(({ id, serviceId }) => (serviceId !== null && services[serviceId] ? [{ id: `mount-${id}`, sources: [serviceId], targets: [id] }] : []))
  return [...references, ...mounts]
}

/** Where everything stands after ELK has placed it, on the grid; the first corner stays where it was. */
export function fromElk(root: ElkNode, state: Drawn): Spots {
  const spots: Record<string, { x: number; y: number; width?: number; height?: number }> = {}
  const take = (node: ElkNode, left: number, top: number) => {
    for (const child of node.children ?? []) {
      const at = { x: left + (child.x ?? 0), y: top + (child.y ?? 0) }
      spots[child.id] = state.groups[child.id] ? { ...at, width: child.width ?? 0, height: child.height ?? 0 } : at
      take(child, at.x, at.y)
    }
  }
  take(root, 0, 0)
  const shift = shiftOf(spots, state)
  return Object.fromEntries(Object.entries(spots).map(([id, spot]) => [id, { ...spot, ...snap({ x: spot.x + shift.x, y: spot.y + shift.y }) }]))
}

function shiftOf(spots: Spots, { flow }: Drawn): { x: number; y: number } {
  const before = flow.filter((node) => spots[node.id]).map((node) => node.position)
  const after = Object.values(spots)
  if (after.length === 0) return { x: 0, y: 0 }
  const least = (places: readonly { x: number; y: number }[], of: 'x' | 'y') => Math.min(...places.map((at) => at[of]))
  return { x: least(before, 'x') - least(after, 'x'), y: least(before, 'y') - least(after, 'y') }
}
