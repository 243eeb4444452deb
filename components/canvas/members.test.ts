import { expect, it } from 'vitest'

import type { FlowNode } from './flow-node'
import { frameAt, withInside, withMembers } from './members'

const node = (id: string, x: number, y: number, type: FlowNode['type'] = 'service'): FlowNode => ({ id, type, position: { x, y }, data: {} }) as FlowNode
const flow = [node('grp_1', 0, 0, 'frame'), node('svc_1', 10, 10), node('svc_2', 20, 20), node('svc_3', 900, 900)]
const groupOf = (id: string) => (['svc_1', 'svc_2'].includes(id) ? 'grp_1' : null)

it('is the smallest frame around the middle of a node', () => {
  const frames = [{ id: 'large', x: 0, y: 0, width: 2_000, height: 2_000 }, { id: 'small', x: 100, y: 100, width: 300, height: 200 }]
  expect(frameAt({ x: 0, y: 100 }, frames)?.id).toBe('small')
  expect(frameAt({ x: 1_000, y: 1_000 }, frames)?.id).toBe('large')
  expect(frameAt({ x: -500, y: 0 }, frames)).toBeNull()
})

it('takes the nodes of a frame along while it is dragged, each once', () => {
  const changes = withMembers([{ type: 'position', id: 'grp_1', position: { x: 5, y: -5 }, dragging: true }, { type: 'position', id: 'svc_2', position: { x: 25, y: 15 }, dragging: true }], flow, groupOf)
  expect(changes.slice(2)).toEqual([{ type: 'position', id: 'svc_1', position: { x: 15, y: 5 }, dragging: true }])
})

it('leaves the nodes of a frame where they are while it is given another size', () => {
  const changes = [{ type: 'position' as const, id: 'grp_1', position: { x: -10, y: 0 } }]
  expect(withMembers(changes, flow, groupOf)).toBe(changes)
})

it('names what is in a frame with the frame', () => {
  expect(withInside(['grp_1', 'svc_3'], flow, groupOf)).toEqual(['grp_1', 'svc_1', 'svc_2', 'svc_3'])
})
