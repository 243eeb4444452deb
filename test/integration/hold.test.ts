import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { deploymentCreate, deploymentGet, deploymentRollback } from '../../lib/contract/deployment'
import { serviceCreate, serviceGet, serviceHold, serviceStart, serviceStop, serviceUnhold, serviceUpdate } from '../../lib/contract/service'
import { ServiceSettings } from '../../lib/contract/service-settings'
import { activateAsWorker, eventsOf, releaseAsWorker, waitingJobs } from '../harness/as-worker'
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
  serviceId = (await t.call(serviceCreate, { environmentId, name: 'web', source: { type: 'template', template: 'node-service' } }, { as })).id
})
afterAll(() => t.close())

const service = () => t.call(serviceGet, { serviceId }, { as })
const deploy = (automatic = false) => t.call(deploymentCreate, { serviceId, automatic }, { as })
const row = async () => (await t.database.sql`select generation, sleeping_at, woken_at = ${t.clock.now.toISOString()} as "wokenNow" from services where id = ${serviceId}`)[0]!

async function deployed(): Promise<string> {
  const { id } = await deploy()
  await releaseAsWorker(t.database, serviceId, id)
  await activateAsWorker(t.database, serviceId, id)
  return id
}

describe('a held service', () => {
  it('refuses automatic deploys with since when, by whom and why, and takes those of people', async () => {
    t.clock.now = new Date('2026-11-21T10:07:30Z')
    expect(await t.call(serviceHold, { serviceId, reason: '  The checkout is broken ' }, { as })).toMatchObject({
      hold: { at: '2026-11-21T10:07:30.000Z', by: { id: as.user.id, name: 'Olivia Owner' }, reason: 'The checkout is broken' },
    })
    await expect(deploy(true)).rejects.toMatchObject({
      code: 'not_now',
      message: 'Automatic deploys are held since 21 Nov 2026, 10:07 UTC by Olivia Owner: The checkout is broken. Release the hold, or deploy by hand.',
    })
    expect(await deploy()).toMatchObject({ number: 1, trigger: 'manual' })
    expect((await service()).hold).not.toBeNull()

    expect(await t.call(serviceUnhold, { serviceId }, { as })).toMatchObject({ hold: null })
    expect(await deploy(true)).toMatchObject({ number: 2, trigger: 'automatic' })
    await expect(t.call(serviceUnhold, { serviceId }, { as })).rejects.toMatchObject({ code: 'not_now' })
    expect((await eventsOf(t.database, serviceId)).filter((type) => type.includes('held'))).toEqual(['service.held', 'service.unheld'])
  })

  it.each([['', 'empty'], ['   ', 'blank'], ['x'.repeat(201), 'too long']])('needs a reason that is not %s (%s)', async (reason) => {
    await expect(t.call(serviceHold, { serviceId, reason }, { as })).rejects.toMatchObject({ code: 'invalid_input', fields: { reason: expect.any(String) } })
  })

  it('is neither changed nor deployed by it', async () => {
    await deployed()
    await t.call(serviceHold, { serviceId, reason: 'Wait' }, { as })
    expect(await service()).toMatchObject({ changed: false })
  })

  it('may come with a rollback', async () => {
    const first = await deployed()
    await deployed()
    await t.call(deploymentRollback, { deploymentId: first }, { as })
    expect((await service()).hold).toBeNull()
    const { id } = await t.call(deploymentRollback, { deploymentId: first, hold: true }, { as })
    expect(await t.call(deploymentGet, { deploymentId: id }, { as })).toMatchObject({ trigger: 'rollback', pauseMs: null, harm: null })
    expect((await service()).hold).toMatchObject({ by: { name: 'Olivia Owner' }, reason: 'Rolled back to deployment 1.' })
    await expect(deploy(true)).rejects.toMatchObject({ code: 'not_now' })
  })

  it('does not hold when the rollback is refused', async () => {
    const { id } = await deploy()
    await expect(t.call(deploymentRollback, { deploymentId: id, hold: true }, { as })).rejects.toMatchObject({ code: 'not_now' })
    expect((await service()).hold).toBeNull()
  })
})

describe('a service that sleeps', () => {
  beforeEach(async () => {
    await deployed()
    await t.database.sql`update services set sleeping_at = '2026-11-21T09:00:00Z' where id = ${serviceId}`
    await t.database.sql`delete from graphile_worker._private_jobs`
  })

  it('is there, asleep, and is woken by starting it', async () => {
    expect(await service()).toMatchObject({ state: 'sleeping', since: '2026-11-21T09:00:00.000Z' })
    const before = await row()
    await t.call(serviceStart, { serviceId }, { as })
    // A verdict that saw it quiet before is fenced off by the generation.
    expect(await row()).toMatchObject({ sleeping_at: null, wokenNow: true, generation: before.generation + 1 })
    expect(await waitingJobs(t.database)).toEqual([`reconcile reconcile:${environmentId}`])
    expect((await eventsOf(t.database, serviceId)).at(-1)).toBe('service.woken')
    await expect(t.call(serviceStart, { serviceId }, { as })).rejects.toMatchObject({ code: 'not_now' })
  })

  it('does not sleep any more when it was stopped and started', async () => {
    expect(await t.call(serviceStop, { serviceId }, { as })).toMatchObject({ state: 'suspended' })
    expect(await row()).toMatchObject({ sleeping_at: null })
    expect((await t.call(serviceStart, { serviceId }, { as })).state).not.toBe('sleeping')
    expect((await eventsOf(t.database, serviceId)).slice(-2)).toEqual(['service.stopped', 'service.started'])
  })
})

describe('settings that contradict each other', () => {
  it.each([
    [{ cron: { schedule: '@daily' }, sleepAfterS: 60 }, 'settings.sleepAfterS'],
    [{ cron: { schedule: '@daily' }, guard: {} }, 'settings.guard'],
    [{ cron: { schedule: '@daily' }, replicas: 2 }, 'settings.replicas'],
    [{ rollout: 'replace' as const, replicas: 2 }, 'settings.rollout'],
    [{ cron: { schedule: '0 25 * * *' } }, 'settings.cron.schedule'],
    [{ cron: { schedule: '@daily', timeZone: 'Europe/Atlantis' } }, 'settings.cron.timeZone'],
    [{ health: { kind: 'command' as const } }, 'settings.health.command'],
  ])('%o are refused, with %s', async (settings, field) => {
    const refusal = { code: 'invalid_input', fields: { [field]: expect.stringMatching(/\.$/) } }
    await expect(t.call(serviceUpdate, { serviceId, settings }, { as })).rejects.toMatchObject(refusal)
    await expect(t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'node-service' }, settings }, { as })).rejects.toMatchObject(refusal)
    expect((await service()).settings).toEqual(ServiceSettings.parse({}))
  })
})
