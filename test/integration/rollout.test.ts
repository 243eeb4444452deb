import { afterEach, beforeEach, expect, test } from 'vitest'

import { serviceUpdate } from '../../lib/contract/service'
import { engineForTest, type TestEngine } from '../harness/engine'

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const hostOf = (url: string) => new URL(url).hostname
const keptBuilds = async () => (await t.database.sql<{ id: string }[]>`select d.id from deployments d join artifacts a on a.id = d.artifact_id where a.removed_at is null`).map(({ id }) => id)
const portOf = (deploymentId: string) => t.runtime.applied(deploymentId)?.port ?? null

test('keeps the old version serving when the new one never becomes healthy, names the reason, and goes on', async () => {
  const api = await t.service('api')
  const first = await t.deploy(api)
  await t.settle()
  expect(await t.outcome(first)).toMatchObject({ status: 'active', reason: null, stages: { fetch: 'done', detect: 'done', build: 'done', release: 'done', start: 'done' } })
  expect(t.ingress.leadsTo(hostOf(api.url))).toBe(portOf(first))

  t.breakNext(api, 'health')
  const second = await t.deploy(api)
  await t.settle()
  expect(await t.outcome(second)).toMatchObject({ status: 'releasing' })
  expect(t.ingress.leadsTo(hostOf(api.url))).toBe(portOf(first))
  await t.settle({ forMs: 61_000 })
  expect(await t.outcome(second)).toMatchObject({ status: 'failed', reason: 'health_deadline', stages: { start: 'failed' } })
  expect(await t.outcome(first)).toMatchObject({ status: 'active' })
  expect(t.runtime.serving(api.id)).toEqual([first])
  expect(t.ingress.leadsTo(hostOf(api.url))).toBe(portOf(first))
  // Nobody can go back to what never served.
  expect(await keptBuilds()).toEqual([first])

  t.mendNext(api)
  t.ingress.open[`127.0.0.1:${portOf(first)}`] = 1
  const third = await t.deploy(api)
  await t.settle()
  expect(await t.outcome(third)).toMatchObject({ status: 'active' })
  expect(await t.outcome(first)).toMatchObject({ status: 'retired' })
  expect(t.ingress.leadsTo(hostOf(api.url))).toBe(portOf(third))
  // The former version goes when nothing is open there any more.
  await t.settle({ forMs: 11_000 })
  expect(t.runtime.serving(api.id).sort()).toEqual([first, third].sort())
  t.ingress.open = {}
  await t.settle({ forMs: 1_000 })
  expect(t.runtime.serving(api.id)).toEqual([third])
})

test('a service that was renamed answers to its former names as well, unless another one has taken them', async () => {
  const api = await t.service('beta')
  const first = await t.deploy(api)
  await t.settle()
  const namesOf = (deploymentId: string) => t.runtime.applied(deploymentId)!.names
  expect(namesOf(first)).toEqual(['beta'])
  await t.call(serviceUpdate, { serviceId: api.id, name: 'Gamma' }, { as: t.as })
  await t.settle()
  // Others run with the address that they were released with, however often this one is released.
  for (let turn = 0; turn < 2; turn++) {
    const next = await t.deploy(api)
    await t.settle()
    expect(namesOf(next)).toEqual(['gamma', 'beta'])
  }
  await t.service('beta')
  const last = await t.deploy(api)
  await t.settle()
  expect(namesOf(last)).toEqual(['gamma'])
})
