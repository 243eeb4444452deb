import { expect, it } from 'vitest'

import type { RunOperation } from '@/components/client/operations'
import type { GroupView } from '@/lib/contract/group'
import type { VolumeNode } from '@/lib/contract/volume'

import { rename } from './rename'
import { createCanvasStore, endRename } from './store'
import { isSeen } from './use-rename'

const volume = { kind: 'volume', id: 'vol_1', name: 'data', x: 0, y: 0, groupId: null, serviceId: null } as VolumeNode
const group: GroupView = { kind: 'group', id: 'grp_1', name: 'Shop', x: 0, y: 0, width: 300, height: 200 } as GroupView

function scene() {
  const store = createCanvasStore({ nodes: [], volumes: [volume], groups: [group], links: [] } as never)
  const asked: unknown[] = []
  const run = (async (_: unknown, input: { name: string }) => (asked.push(input), { ...volume, ...group, name: input.name })) as unknown as RunOperation
  return { store, run, asked }
}

it('does not overwrite the name that somebody else has given meanwhile', async () => {
  const { asked, ...hands } = scene()
  await expect(rename(hands, { kind: 'volume', id: 'vol_1', before: 'files', after: 'mine' })).rejects.toMatchObject({ code: 'conflict', message: 'Somebody has renamed it to data since.' })
  expect(asked).toEqual([])
})

it('says what a frame was called, so that the server can see whether it still is', async () => {
  const { asked, ...hands } = scene()
  await rename(hands, { kind: 'group', id: 'grp_1', before: 'Shop', after: 'Till' })
  expect(asked).toEqual([{ groupId: 'grp_1', name: 'Till', ifName: 'Shop' }])
  expect(hands.store.getState().groups.grp_1?.name).toBe('Till')
})

it('ends one field, not another that was opened meanwhile', () => {
  const { store } = scene()
  store.setState({ renaming: { id: 'grp_1', at: 'node' } })
  endRename(store, 'vol_1')
  expect(store.getState().renaming).toEqual({ id: 'grp_1', at: 'node' })
  endRename(store, 'grp_1')
  expect(store.getState().renaming).toBeNull()
})

it.each([
  ['in sight', { left: 40, top: 60, bottom: 80, height: 20 }, true],
  ['too small to read', { left: 40, top: 60, bottom: 68, height: 8 }, false],
  ['below the panel', { left: 700, top: 60, bottom: 80, height: 20 }, false],
  ['under the edge', { left: 40, top: 890, bottom: 910, height: 20 }, false],
  ['beyond the left edge', { left: -4, top: 60, bottom: 80, height: 20 }, false],
])('takes a name that is %s for what it is', (_, box, expected) => {
  expect(isSeen(box, { right: 740, bottom: 900 })).toBe(expected)
})
