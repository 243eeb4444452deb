import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { authRegister } from '../../lib/contract/auth'
import { dashboardGet, dashboardSave, type WidgetView } from '../../lib/contract/dashboard'
import { deploymentBetween, deploymentCreate } from '../../lib/contract/deployment'
import { invitationCreate } from '../../lib/contract/organization'
import { serviceCreate } from '../../lib/contract/service'
import { DEFAULT_WIDGETS } from '../../lib/domain/dashboard'
import { newId } from '../../lib/ids'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform
let as: SignedIn
let environmentId: string
let serviceId: string

beforeAll(async () => {
  t = await platformForTest()
  as = await t.owner()
})
beforeEach(async () => {
  environmentId = (await t.project(as)).environmentId
  serviceId = (await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'node-service' } }, { as })).id
})
afterAll(() => t.close())

const widget = (more: Partial<WidgetView> = {}): WidgetView => ({ id: 'one', chart: 'cpu', title: 'Load', serviceId, x: 0, y: 0, width: 4, height: 2, ...more })
const get = () => t.call(dashboardGet, { environmentId }, { as })
const save = (widgets: WidgetView[], ifVersion: number, who = as) => t.call(dashboardSave, { environmentId, widgets, ifVersion }, { as: who })

async function member(role: 'viewer' | 'developer', email: string): Promise<SignedIn> {
  const { token } = await t.call(invitationCreate, { organizationId: as.organization!.id, email, role }, { as })
  return t.call(authRegister, { email, password: 'correct horse', name: role === 'viewer' ? 'Vera Viewer' : 'Dan Developer', invitation: token })
}

describe('a dashboard', () => {
  it('is the default one until somebody saves another', async () => {
    expect(await get()).toEqual({ environmentId, version: 0, widgets: DEFAULT_WIDGETS, saved: null })
    await save([widget()], 0)
    expect(await get()).toMatchObject({ version: 1, widgets: [widget()], saved: { by: { name: as.user.name } } })
  })

  it('is not lost to somebody who has not seen it', async () => {
    const dan = await member('developer', 'dan@example.com')
    await save([widget({ title: 'By Dan' })], 0, dan)
    await expect(save([], 0)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('Dan Developer has saved this dashboard') as string })
    await save([], 1)
    await expect(save([widget()], 1, dan)).rejects.toMatchObject({ code: 'conflict' })
    expect(await get()).toMatchObject({ version: 2, widgets: [] })
  })

  it('takes one of several that are saved at the same moment', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 6 }, (_, index) => save([widget({ title: `Try ${index}` })], 0)))
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await get()).version).toBe(1)
  })

  it('shows services of its own environment only, and keeps one that is gone', async () => {
    await expect(save([widget({ serviceId: newId('service') })], 0)).rejects.toMatchObject({ code: 'not_found' })
    await save([widget()], 0)
    await t.database.sql`delete from services where id = ${serviceId}`
    expect(await save([widget({ title: null })], 1)).toMatchObject({ version: 2, widgets: [{ serviceId }] })
  })

  it.each([
    ['ends outside', [{ x: 9, width: 4 }]],
    ['is too small', [{ width: 1 }]],
    ['has the id of another', [{}, { x: 6 }]],
    ['has a title of two lines', [{ title: 'one\ntwo' }]],
  ])('refuses a widget that %s', async (_, changes) => {
    await expect(save(changes.map((change) => widget(change)), 0)).rejects.toMatchObject({ code: 'invalid_input' })
  })

  it('is read by everybody and changed by those who may change the project', async () => {
    const vera = await member('viewer', `vera@example.com`)
    expect((await t.call(dashboardGet, { environmentId }, { as: vera })).version).toBe(0)
    await expect(save([], 0, vera)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('deployments of a window', () => {
  it('are those that began to serve or failed in it, in their order', async () => {
    const other = (await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'node-service' } }, { as })).id
    const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 12, minute)).toISOString()
    const deploy = async (id: string, change: { activated?: string; finished?: string; status: string }) => {
      const deployment = await t.call(deploymentCreate, { serviceId: id }, { as })
      await t.database.sql`update deployments set status = ${change.status}, activated_at = ${change.activated ?? null}, finished_at = ${change.finished ?? null} where id = ${deployment.id}`
      return deployment.id
    }
    const early = await deploy(serviceId, { status: 'retired', activated: at(0), finished: at(0) })
    const served = await deploy(serviceId, { status: 'active', activated: at(10), finished: at(10) })
    const failed = await deploy(other, { status: 'failed', finished: at(5) })
    await deploy(other, { status: 'cancelled', finished: at(6) })
    const between = async (from: string, until: string, more: { serviceId?: string } = {}) => (await t.call(deploymentBetween, { environmentId, from, until, ...more }, { as })).items.map(({ id }) => id)
    expect(await between(at(0), at(11))).toEqual([early, failed, served])
    expect(await between(at(1), at(10))).toEqual([failed])
    expect(await between(at(0), at(11), { serviceId })).toEqual([early, served])
    const [moment] = (await t.call(deploymentBetween, { environmentId, from: at(10), until: at(11) }, { as })).items
    expect(moment).toEqual({ id: served, serviceId, number: 2, status: 'active', at: at(10) })
  })
})
