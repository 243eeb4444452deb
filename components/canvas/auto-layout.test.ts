import ELK from 'elkjs/lib/elk.bundled.js'
import { expect, it } from 'vitest'

import type { ServiceNode } from '@/lib/contract/graph'
import type { VolumeNode } from '@/lib/contract/volume'

import { fromElk, toElk } from './auto-layout'
import { GRID, NODE_HEIGHT, NODE_WIDTH } from './flow-node'
import { createCanvasStore } from './store'

const service = (id: string, x: number, y: number, groupId: string | null = null) => ({ kind: 'service', id, name: id, x, y, groupId, state: 'running', hold: null }) as ServiceNode
const volume = { kind: 'volume', id: 'vol_a', name: 'data', x: 0, y: 500, groupId: null, serviceId: 'svc_c', mountPath: '/data', isDeleting: false } as VolumeNode
const link = (from: string, to: string) => ({ id: `${from}:${to}`, kind: 'reference' as const, from, to, variables: ['A'] })
const state = createCanvasStore({
  environmentId: 'env_1',
  shared: '',
  nodes: [service('svc_a', -240, 96), service('svc_b', 0, 0, 'grp_1'), service('svc_c', 24, 24, 'grp_1'), service('svc_d', 10, 10)],
  volumes: [volume],
  groups: [{ kind: 'group', id: 'grp_1', name: 'G', x: 0, y: 0, width: 300, height: 300 }, { kind: 'group', id: 'grp_empty', name: 'E', x: 9_000, y: 0, width: 300, height: 300 }],
  links: [link('svc_a', 'svc_b'), link('svc_b', 'svc_c'), link('svc_c', 'svc_c')],
}).getState()

it('lays what is linked out from left to right on the grid, without anything over anything else, and keeps frames around their nodes', async () => {
  const spots = fromElk(await new ELK().layout(toElk(state)), state)
  expect(Object.keys(spots).sort()).toEqual(['grp_1', 'svc_a', 'svc_b', 'svc_c', 'svc_d', 'vol_a'])
  for (const { x, y } of Object.values(spots)) expect([x % GRID, y % GRID]).toEqual([expect.closeTo(0), expect.closeTo(0)])
  const at = (id: string) => spots[id]!
  expect(at('svc_a').x + NODE_WIDTH).toBeLessThan(at('svc_b').x)
  expect(at('svc_b').x + NODE_WIDTH).toBeLessThan(at('svc_c').x)
  expect(at('svc_c').x + NODE_WIDTH).toBeLessThan(at('vol_a').x)
  // Room for the words on a link, also between two of one frame.
  expect(at('svc_c').x - at('svc_b').x - NODE_WIDTH).toBeGreaterThanOrEqual(4 * GRID)
  const frame = at('grp_1')
  for (const id of ['svc_b', 'svc_c']) expect([at(id).x > frame.x, at(id).y > frame.y, at(id).x + NODE_WIDTH < frame.x + frame.width!, at(id).y + NODE_HEIGHT < frame.y + frame.height!]).toEqual([true, true, true, true])
  const free = ['svc_a', 'svc_d', 'vol_a']
  for (const id of free) expect(free.filter((other) => other !== id && Math.abs(at(other).x - at(id).x) < NODE_WIDTH && Math.abs(at(other).y - at(id).y) < NODE_HEIGHT)).toEqual([])
  // The first corner stays: nobody has to look for the canvas.
  expect([Math.min(...Object.values(spots).map(({ x }) => x)), Math.min(...Object.values(spots).map(({ y }) => y))]).toEqual([-240, 0])
})
