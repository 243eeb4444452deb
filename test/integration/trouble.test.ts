import { afterEach, beforeEach, expect, test } from 'vitest'

import { jobOverview } from '../../lib/contract/job'
import { engineForTest, lookNow, type TestEngine } from '../harness/engine'

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const stuck = async () => (await t.call(jobOverview, { organizationId: t.organizationId }, { as: t.as })).stuck.environments

test('an environment that cannot be made to match says why, since when, and no longer when it can', async () => {
  const service = await t.service('api')
  await t.deploy(service)
  await t.settle()
  expect(await stuck()).toEqual([])

  t.ingress.isDown = true
  await t.deploy(service)
  await t.settle({ forMs: 5_000 })
  const [first] = await stuck()
  expect(first).toMatchObject({ environment: { id: t.environmentId }, message: expect.stringContaining('The routes could not be published.') })
  await t.settle({ forMs: 5_000 })
  expect((await stuck())[0]).toMatchObject({ since: first!.since })

  t.ingress.isDown = false
  await t.settle({ forMs: 5_000 })
  await lookNow(t)
  expect(await stuck()).toEqual([])
})

test('a runtime that does not answer is named', async () => {
  const observe = t.engine.driver.observe
  t.engine.driver.observe = async () => {
    throw new Error('secret detail')
  }
  const service = await t.service('api')
  await t.deploy(service)
  await t.settle()
  expect(await stuck()).toMatchObject([{ message: 'It could not be looked at. The log of the platform says why.' }])
  t.engine.driver.observe = observe
  await lookNow(t)
  expect(await stuck()).toEqual([])
})
