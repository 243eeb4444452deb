import { expect, it } from 'vitest'

import type { VolumeNode } from '@/lib/contract/volume'

import { alongLine, endsOf, linesFrom } from './walk'

const links = [
  { id: 'one', kind: 'reference' as const, from: 'orders', to: 'postgres', variables: ['DATABASE_URL'] },
  { id: 'two', kind: 'reference' as const, from: 'orders', to: 'redis', variables: ['REDIS_URL'] },
  { id: 'three', kind: 'reference' as const, from: 'web', to: 'orders', variables: ['API'] },
]
const volume = (id: string, serviceId: string | null) => ({ id, serviceId }) as VolumeNode
const state = { links, volumes: { data: volume('data', 'postgres'), loose: volume('loose', null) } }

it('counts a line to the node it begins at, so that Tab comes by each once', () => {
  expect(['orders', 'web', 'postgres', 'data', 'loose'].map((id) => linesFrom(state, id))).toEqual([['one', 'two'], ['three'], [], ['mount-data'], []])
})

it('knows what a line leads from and to', () => {
  expect(endsOf(state, 'two')).toEqual({ from: 'orders', to: 'redis' })
  expect(endsOf(state, 'mount-data')).toEqual({ from: 'data', to: 'postgres' })
  expect([endsOf(state, 'gone'), endsOf(state, 'mount-loose')]).toEqual([null, null])
})

it.each([
  [{ x: 400, y: 0 }, 'right', 'to'],
  [{ x: 400, y: 0 }, 'left', 'from'],
  [{ x: 400, y: 0 }, 'up', 'former'],
  [{ x: 400, y: 0 }, 'down', 'next'],
  [{ x: -400, y: 90 }, 'left', 'to'],
  [{ x: -400, y: 90 }, 'right', 'from'],
  [{ x: 20, y: -300 }, 'up', 'to'],
  [{ x: 20, y: -300 }, 'down', 'from'],
  [{ x: 20, y: -300 }, 'right', 'next'],
  [{ x: 20, y: 300 }, 'down', 'to'],
] as const)('leads on a line that goes by %o, with the arrow %s, to %s', (to, direction, way) => {
  expect(alongLine({ from: { x: 0, y: 0 }, to }, direction)).toBe(way)
})
