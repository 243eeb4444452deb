import { z } from 'zod'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { makeDockerSubject, type DockerSubject } from '@/test/docker/docker-subject'
import { isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'
import { Network } from './answers'

// Who reaches whom, tried from inside.

const never = new AbortController().signal
/** On a busy machine the first request of a program takes its time. */
const PATIENT_MS = 15_000
let t: DockerSubject
beforeEach(async () => {
  t = await makeDockerSubject()
})
afterEach(() => t.dispose())

/** What a program inside gets when it asks for an address: `200`, or why not. Where no answer is expected, it is not waited for long. */
async function ask(from: Workload, host: string, port: number, patienceMs = 1_500): Promise<string> {
  const { last } = await t.inside(from, ['node', '-e', `
    fetch('http://${host}:${port}/', { signal: AbortSignal.timeout(${patienceMs}) }).then(({ status }) => status, (error) => error.cause?.code ?? error.name)
      // A connection that was given up would keep the program for ten seconds more.
      .then((said) => { console.log(said); process.exit() })`])
  return last
}

async function start(app: Workload): Promise<{ app: Workload; host: string; port: number }> {
  await t.driver.apply(app, never)
  const { address } = await untilSeen(t.driver, app.name, isHealthy)
  return { app, ...address! }
}

const networks = () => t.api.json({ method: 'GET', path: '/networks', query: { filters: { label: [`easel.instance=${t.mark}`] } }, signal: never }, z.array(Network))

describe('an environment', () => {
  test('is reached by name from within, and from no other environment', async () => {
    const [here, there] = [`env_${t.mark}a`, `env_${t.mark}b`]
    const api = await start(t.workload('serves', { environmentId: here, names: ['api'] }))
    const web = await start(t.workload('serves', { environmentId: here, names: ['web'] }))
    const stranger = await start(t.workload('serves', { environmentId: there, names: ['stranger'] }))
    expect(await ask(web.app, 'api', api.port, PATIENT_MS)).toBe('200')
    expect(await ask(api.app, 'web', web.port, PATIENT_MS)).toBe('200')
    expect(await ask(stranger.app, 'api', api.port)).toMatch(/ENOTFOUND|EAI_AGAIN/)
    for (const one of [api, web]) expect(await ask(stranger.app, one.host, one.port)).toMatch(/Timeout|EHOSTUNREACH|ECONNREFUSED|ENETUNREACH/)
    expect(await ask(api.app, stranger.host, stranger.port)).toMatch(/Timeout|EHOSTUNREACH|ECONNREFUSED|ENETUNREACH/)
  })

  test('is forgotten with its networks, also twice, and comes back', async () => {
    const app = t.workload('serves')
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: false }, never)
    await start(app)
    expect(await networks()).toHaveLength(1)
    await t.driver.remove(app, 1_000, never)
    await t.driver.forgetEnvironment(t.environmentId, never)
    await t.driver.forgetEnvironment(t.environmentId, never)
    expect(await networks()).toEqual([])
    await start(app)
  })

  test('has more networks than the pools of an engine would allow', async () => {
    for (let index = 0; index < 40; index++) await t.driver.ensureNetwork(`env_${t.mark}${index}`, { linksOnly: false }, never)
    const subnets = (await networks()).flatMap(({ IPAM }) => IPAM?.Config ?? []).map(({ Subnet }) => Subnet)
    expect(new Set(subnets).size).toBe(40)
    for (const subnet of subnets) expect(subnet).toMatch(/^10\.2(0[89]|1\d|2[0-3])\.\d+\.0\/24$/)
  })
})

describe('enforced links', () => {
  test('let the linked reach each other by name, and nobody else, also by address', async () => {
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: true }, never)
    const api = t.workload('serves', { names: ['api'], reaches: [] })
    const web = t.workload('serves', { names: ['web'], reaches: [api.serviceId] })
    const other = t.workload('serves', { names: ['other'], reaches: [] })
    const [a, w, o] = [await start(api), await start(web), await start(other)]
    expect(await ask(web, 'api', a.port, PATIENT_MS)).toBe('200')
    expect(await ask(web, 'other', o.port)).toMatch(/ENOTFOUND|EAI_AGAIN/)
    expect(await ask(other, 'api', a.port)).toMatch(/ENOTFOUND|EAI_AGAIN/)
    for (const [from, to] of [[other, a], [other, w], [api, o], [web, o]] as const) expect(await ask(from, to.host, to.port)).toMatch(/Timeout|EHOSTUNREACH/)
  })

  test('come and go while the services run, and leave no network behind', async () => {
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: true }, never)
    const api = t.workload('serves', { names: ['api'], reaches: [] })
    const web = t.workload('serves', { names: ['web'], reaches: [] })
    const [a] = [await start(api), await start(web)]
    expect(await ask(web, 'api', a.port)).toMatch(/ENOTFOUND|EAI_AGAIN/)
    await t.driver.apply({ ...web, generation: 2, reaches: [api.serviceId] }, never)
    expect(await ask(web, 'api', a.port, PATIENT_MS)).toBe('200')
    expect(await networks()).toHaveLength(2)
    expect(await untilSeen(t.driver, web.name, isHealthy)).toMatchObject({ restarts: 0, generation: 2 })
    await t.driver.apply({ ...web, generation: 3, reaches: [] }, never)
    expect(await ask(web, 'api', a.port)).toMatch(/ENOTFOUND|EAI_AGAIN/)
    expect(await networks()).toHaveLength(1)
  })

  test('hold for a new version and for replicas of a service that others are linked to', async () => {
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: true }, never)
    const old = t.workload('serves', { names: ['api'], reaches: [] })
    const web = t.workload('serves', { names: ['web'], reaches: [old.serviceId] })
    await start(old)
    await start(web)
    const next = await start(t.workload('serves', { names: ['api'], reaches: [], serviceId: old.serviceId, port: old.port }))
    await t.driver.remove(old, 1_000, never)
    expect(await ask(web, 'api', next.port, PATIENT_MS)).toBe('200')
    await t.driver.remove(web, 1_000, never)
    expect(await networks()).toHaveLength(1)
  })

  test('can be switched on and off under what runs', async () => {
    const [api, web] = [t.workload('serves', { names: ['api'], reaches: [] }), t.workload('serves', { names: ['web'], reaches: [] })]
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: false }, never)
    await start(api)
    await start(web)
    const port = api.port!
    expect(await ask(web, 'api', port, PATIENT_MS)).toBe('200')
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: true }, never)
    expect(await ask(web, 'api', port)).toMatch(/ENOTFOUND|EAI_AGAIN/)
    const moved = await untilSeen(t.driver, api.name, isHealthy)
    expect(moved.restarts).toBe(0)
    expect(await ask(web, moved.address!.host, port)).toMatch(/Timeout|EHOSTUNREACH/)
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: false }, never)
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: false }, never)
    expect(await ask(web, 'api', port, PATIENT_MS)).toBe('200')
    expect(await networks()).toHaveLength(1)
  })
})
