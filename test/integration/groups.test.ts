import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { environmentBranch } from '../../lib/contract/branch'
import { groupCreate, groupDelete, groupList, groupUpdate } from '../../lib/contract/group'
import { environmentArrange, environmentGraph } from '../../lib/contract/project'
import { serviceCreate } from '../../lib/contract/service'
import { volumeCreate } from '../../lib/contract/volume'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string
let serviceId: string
let volumeId: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
beforeEach(async () => {
  environmentId = (await t.project(as)).environmentId
  serviceId = (await t.call(serviceCreate, { environmentId, name: 'web', source: { type: 'template', template: 'node-service' }, x: 0, y: 0 }, { as })).id
  volumeId = (await t.call(volumeCreate, { environmentId, name: 'data', x: 400, y: 200 }, { as })).id
})
afterAll(() => t.close())

const graph = (id = environmentId) => t.call(environmentGraph, { environmentId: id }, { as })
const draw = (nodes: string[] = [serviceId, volumeId]) => t.call(groupCreate, { environmentId, name: 'Backend', nodes }, { as })
const arrange = (...positions: Parameters<typeof t.call<typeof environmentArrange.input, typeof environmentArrange.output>>[1]['positions']) => t.call(environmentArrange, { environmentId, positions }, { as })

describe('a group', () => {
  it('is drawn around its nodes, and its nodes say that they are in it', async () => {
    const group = await draw()
    expect(group).toMatchObject({ name: 'Backend', x: -24, y: -48, width: 712, height: 376 })
    expect(await graph()).toMatchObject({ groups: [group], nodes: [{ groupId: group.id }], volumes: [{ groupId: group.id }] })
    expect(await t.call(groupList, { environmentId }, { as })).toEqual({ items: [group] })
  })

  it('takes its nodes along when it is moved, and others not', async () => {
    const group = await draw([serviceId])
    await t.call(groupUpdate, { groupId: group.id, x: 76, y: 52 }, { as })
    expect(await graph()).toMatchObject({ nodes: [{ x: 100, y: 100 }], volumes: [{ x: 400, y: 200 }], groups: [{ x: 76, y: 52, width: group.width }] })
  })

  it('is renamed unless somebody else was faster', async () => {
    const { id: groupId } = await draw()
    expect(await t.call(groupUpdate, { groupId, name: 'Front', ifName: 'Backend' }, { as })).toMatchObject({ name: 'Front' })
    await expect(t.call(groupUpdate, { groupId, name: 'Backend', ifName: 'Backend' }, { as })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('leaves its nodes where they are when it is taken away, and lets go of those that leave', async () => {
    const first = await draw()
    const second = await t.call(groupCreate, { environmentId, nodes: [volumeId], x: 0, y: 0, width: 500, height: 500 }, { as })
    expect(await graph()).toMatchObject({ nodes: [{ groupId: first.id }], volumes: [{ groupId: second.id }] })
    await t.call(groupUpdate, { groupId: second.id, add: [serviceId], remove: [volumeId] }, { as })
    expect(await graph()).toMatchObject({ nodes: [{ groupId: second.id }], volumes: [{ groupId: null }] })
    await t.call(groupDelete, { groupId: second.id }, { as })
    expect(await graph()).toMatchObject({ groups: [{ id: first.id }], nodes: [{ groupId: null, x: 0, y: 0 }] })
  })

  it('has no node of another environment', async () => {
    const elsewhere = await t.project(as, 'Elsewhere')
    await expect(t.call(groupCreate, { environmentId: elsewhere.environmentId, nodes: [serviceId] }, { as })).rejects.toMatchObject({ code: 'not_found' })
    const there = await t.call(groupCreate, { environmentId: elsewhere.environmentId }, { as })
    await expect(arrange({ serviceId, x: 1, y: 1, groupId: there.id })).rejects.toMatchObject({ code: 'not_found' })
    expect((await graph()).nodes).toMatchObject([{ x: 0, groupId: null }])
  })

  it('is drawn in a branch around what was drawn after its nodes', async () => {
    const group = await draw()
    const branch = await t.call(environmentBranch, { environmentId, name: 'try', data: [] }, { as })
    const there = await graph(branch.environmentId)
    expect(there.groups).toMatchObject([{ name: 'Backend', x: group.x, width: group.width }])
    expect(there.groups[0]!.id).not.toBe(group.id)
    expect([there.nodes[0]!.groupId, there.volumes[0]!.groupId]).toEqual([there.groups[0]!.id, there.groups[0]!.id])
  })
})

describe('arranging', () => {
  it('moves frames and nodes at once, and says which frame a node is in', async () => {
    const { id: groupId } = await draw([serviceId])
    await arrange({ groupId, x: 500, y: 500, width: 300, height: 200 }, { serviceId, x: 9, y: 9, groupId: null }, { volumeId, x: 520, y: 560, groupId })
    expect(await graph()).toMatchObject({ groups: [{ x: 500, width: 300, height: 200 }], nodes: [{ x: 9, groupId: null }], volumes: [{ x: 520, groupId }] })
  })

  it('moves nothing when one of all does not stand where it is expected', async () => {
    await arrange({ volumeId, x: 1, y: 1 })
    await expect(arrange({ serviceId, x: 5, y: 5, was: { x: 0, y: 0 } }, { volumeId, x: 5, y: 5, was: { x: 400, y: 200 } })).rejects.toMatchObject({ code: 'conflict' })
    expect(await graph()).toMatchObject({ nodes: [{ x: 0, y: 0 }], volumes: [{ x: 1, y: 1 }] })
    await arrange({ serviceId, x: 5, y: 5, was: { x: 0, y: 0 } })
    expect(await graph()).toMatchObject({ nodes: [{ x: 5, y: 5 }] })
  })
})
