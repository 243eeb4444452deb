import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { deploymentCancel, deploymentCreate } from '../../lib/contract/deployment'
import { environmentGraph } from '../../lib/contract/project'
import { serviceCreate, serviceDelete, serviceUpdate, variableReplace } from '../../lib/contract/service'
import { sharedVariableReplace } from '../../lib/contract/variable'
import { ServiceSettings } from '../../lib/contract/service-settings'
import { connect } from '../../lib/db/connection'
import { loadGraph } from '../../lib/operations/environment/load-graph'
import { sealVariable } from '../../lib/secrets/sealed-variables'
import { activateAsWorker, observeAsWorker, releaseAsWorker } from '../harness/as-worker'
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

const node = async () => (await t.call(environmentGraph, { environmentId }, { as })).nodes.find(({ id }) => id === serviceId)!
const deploy = () => t.call(deploymentCreate, { serviceId }, { as })

describe('the canvas', () => {
  it('shows a service through its life', async () => {
    expect(await node()).toMatchObject({ state: 'not_deployed', latest: null, observed: null, framework: null })
    const { id } = await deploy()
    expect(await node()).toMatchObject({ state: 'queued', latest: { id, number: 1, status: 'queued', stage: null } })

    await releaseAsWorker(t.database, serviceId, id)
    await observeAsWorker(t.database, serviceId, id, { phase: 'starting', health: 'unknown' })
    expect(await node()).toMatchObject({ state: 'releasing', latest: { stage: 'start' }, framework: 'express', activeId: null, observed: { phase: 'starting' } })

    await activateAsWorker(t.database, serviceId, id)
    await observeAsWorker(t.database, serviceId, id, { phase: 'running', health: 'healthy' })
    expect(await node()).toMatchObject({ state: 'running', activeId: id, observed: { phase: 'running', health: 'healthy' }, changed: false })
    await observeAsWorker(t.database, serviceId, id, { phase: 'running', health: 'unhealthy' })
    expect(await node()).toMatchObject({ state: 'degraded' })
    await observeAsWorker(t.database, serviceId, id, { phase: 'exited', health: 'unknown' })
    expect(await node()).toMatchObject({ state: 'crashing' })
    await t.database.sql`update workloads set exit_by_platform = true where deployment_id = ${id}`
    expect((await node()).state).not.toBe('crashing')
  })

  it('tells the state from all replicas, and names the one that is worst off', async () => {
    await t.call(serviceUpdate, { serviceId, settings: ServiceSettings.parse({ replicas: 3 }) }, { as })
    expect(await node()).toMatchObject({ replicas: { wanted: 3, healthy: 0 } })
    const { id } = await deploy()
    await releaseAsWorker(t.database, serviceId, id)
    await activateAsWorker(t.database, serviceId, id)
    const see = (part: string, seen: Omit<Parameters<typeof observeAsWorker>[3], 'part'>) => observeAsWorker(t.database, serviceId, id, { part, ...seen })
    for (const part of ['0', '1', '2']) await see(part, { phase: 'running', health: 'healthy' })
    // A job of the same deployment is no replica.
    await see('prepare', { role: 'job', phase: 'exited', health: 'unknown', exitCode: 0 })
    expect(await node()).toMatchObject({ state: 'running', replicas: { wanted: 3, healthy: 3 }, observed: { replica: 0, phase: 'running' } })
    await see('1', { phase: 'running', health: 'unhealthy' })
    expect(await node()).toMatchObject({ state: 'degraded', replicas: { wanted: 3, healthy: 2 }, observed: { replica: 1, health: 'unhealthy' } })
    await see('2', { phase: 'exited', health: 'unknown', exitCode: 7, crashes: 2 })
    expect(await node()).toMatchObject({ state: 'degraded', replicas: { wanted: 3, healthy: 1 }, observed: { replica: 2, phase: 'exited', exitCode: 7, exitedAt: expect.any(String) } })
    for (const part of ['0', '1']) await see(part, { phase: 'exited', health: 'unknown', exitCode: 1, crashes: 1 })
    expect(await node()).toMatchObject({ state: 'crashing', replicas: { wanted: 3, healthy: 0 } })
  })

  it.each([
    ['never' as const, 0, 'exited'],
    ['never' as const, 1, 'crashed'],
    ['on_failure' as const, 0, 'exited'],
    ['on_failure' as const, 1, 'crashing'],
  ])('of a service with the restart policy %s shows code %i as %s, also when the policy is changed afterwards', async (policy, exitCode, state) => {
    await t.call(serviceUpdate, { serviceId, settings: ServiceSettings.parse({ restart: { policy } }) }, { as })
    const { id } = await deploy()
    await releaseAsWorker(t.database, serviceId, id)
    await activateAsWorker(t.database, serviceId, id)
    await observeAsWorker(t.database, serviceId, id, { phase: 'exited', health: 'unknown', exitCode, crashes: 1 })
    await t.call(serviceUpdate, { serviceId, settings: ServiceSettings.parse({}) }, { as })
    expect(await node()).toMatchObject({ state, observed: { exitCode } })
  })

  it('shows a failed deployment over what goes on running', async () => {
    const { id: first } = await deploy()
    await releaseAsWorker(t.database, serviceId, first)
    await activateAsWorker(t.database, serviceId, first)
    await observeAsWorker(t.database, serviceId, first, { phase: 'running', health: 'healthy' })
    const { id } = await deploy()
    await t.database.sql`update deployments set status = 'failed', failure_reason = 'build_failed', failure_message = 'It ended with code 1.', finished_at = now() where id = ${id}`
    expect(await node()).toMatchObject({ state: 'running', activeId: first, latest: { id, status: 'failed', failure: { reason: 'build_failed', message: 'It ended with code 1.' } } })
  })

  it('shows what failed when nothing runs, and nothing when the first deployment was cancelled', async () => {
    const { id } = await deploy()
    await t.call(deploymentCancel, { deploymentId: id }, { as })
    expect(await node()).toMatchObject({ state: 'not_deployed' })
    const { id: second } = await deploy()
    await t.database.sql`update deployments set status = 'failed', failure_reason = 'no_recipe', failure_message = 'Nothing to build.', finished_at = now() where id = ${second}`
    expect(await node()).toMatchObject({ state: 'failed' })
  })

  it('draws links from variables, secret ones too, and takes them away with the reference', async () => {
    const api = await t.call(serviceCreate, { environmentId, name: 'my api', source: { type: 'template', template: 'node-service' } }, { as })
    await t.call(variableReplace, { serviceId, variables: { B: '${{"my api".URL}}', A: { value: '{{my api.X}} ${{"my api".HOST}}', secret: false }, NONE: '${{"${{"}}gone.URL}}' } }, { as })
    const links = async () => (await t.call(environmentGraph, { environmentId }, { as })).links
    expect(await links()).toEqual([{ id: `${serviceId}:${api.id}`, kind: 'reference', from: serviceId, to: api.id, variables: ['A', 'B'] }])
    await t.call(variableReplace, { serviceId, variables: { B: { value: null } } }, { as })
    expect(await links()).toMatchObject([{ variables: ['B'] }])
    await t.call(variableReplace, { serviceId, variables: {} }, { as })
    expect(await links()).toEqual([])
  })

  it('does not link services of different environments by their names', async () => {
    const elsewhere = await t.project(as, 'Elsewhere')
    await t.call(serviceCreate, { environmentId: elsewhere.environmentId, name: 'api', source: { type: 'template', template: 'node-service' } }, { as })
    await expect(t.call(variableReplace, { serviceId, variables: { A: '${{api.URL}}' } }, { as })).rejects.toMatchObject({ code: 'invalid_input' })
    const here = await t.call(serviceCreate, { environmentId, name: 'api', source: { type: 'template', template: 'node-service' } }, { as })
    await t.call(variableReplace, { serviceId, variables: { A: '${{api.URL}}' } }, { as })
    expect((await t.call(environmentGraph, { environmentId }, { as })).links).toMatchObject([{ from: serviceId, to: here.id }])
    await t.call(serviceDelete, { serviceId: here.id }, { as })
    await t.database.sql`delete from services where id = ${here.id}`
    expect((await t.call(environmentGraph, { environmentId }, { as })).links).toEqual([])
  })

  it('draws links through shared variables', async () => {
    const api = await t.call(serviceCreate, { environmentId, name: 'api', source: { type: 'template', template: 'node-service' } }, { as })
    await t.call(sharedVariableReplace, { environmentId, variables: { API: '${{api.URL}}', AGAIN: '${{shared.API}}' } }, { as })
    expect((await t.call(environmentGraph, { environmentId }, { as })).links).toEqual([])
    await t.call(variableReplace, { serviceId, variables: { A: '${{shared.AGAIN}}/v1' } }, { as })
    expect((await t.call(environmentGraph, { environmentId }, { as })).links).toMatchObject([{ from: serviceId, to: api.id, variables: ['A'] }])
  })
})

describe('a canvas of 500 services', () => {
  it('takes the same few queries as one of one', async () => {
    const { id } = await deploy()
    await releaseAsWorker(t.database, serviceId, id)
    await t.call(serviceCreate, { environmentId, name: 'nightly', source: { type: 'template', template: 'node-service' }, settings: ServiceSettings.parse({ cron: { schedule: '@daily' } }) }, { as })
    const few = await count(environmentId)
    await fill(498)
    const many = await count(environmentId)
    expect(many.nodes).toBe(500)
    expect(many.links).toBe(498)
    expect(many.queries).toBe(few.queries)
    expect(many.queries).toBeLessThanOrEqual(15)
  })

  /** Services that were deployed ten times each, all referring to `web`. */
  async function fill(n: number): Promise<void> {
    const { sql } = t.database
    await sql`
      insert into services (id, environment_id, name, host_label, source, settings)
      select 'svc_' || lpad(n::text, 22, '0'), ${environmentId}, 's' || n, 'many-' || n, '{"type":"template","template":"node-service"}'::jsonb, '{}'::jsonb from generate_series(1, ${n}::int) n`
    await sql`
      insert into deployments (id, service_id, number, status, trigger, spec, variables_sealed, config_revision)
      select 'dep_' || lpad((n * 100 + d)::text, 22, '0'), 'svc_' || lpad(n::text, 22, '0'), d, case when d = 10 then 'active' else 'retired' end, 'manual', '{}'::jsonb, '', 1
      from generate_series(1, ${n}::int) n, generate_series(1, 10) d`
    await sql`update deployments set spec = '{"settings":{"cron":{"schedule":"@hourly","timeZone":"UTC"}}}'::jsonb where number = 10 and service_id like 'svc_0%5'`
    await sql`
      insert into runs (id, service_id, deployment_id, trigger, status, due_at)
      select 'run_' || lpad((n * 100 + r)::text, 22, '0'), 'svc_' || lpad(n::text, 22, '0'), 'dep_' || lpad((n * 100 + 10)::text, 22, '0'), 'schedule', 'done', now() - r * interval '1 hour'
      from generate_series(1, ${n}::int) n, generate_series(1, 10) r`
    await sql`update services set active_deployment_id = 'dep_' || lpad((substr(id, 5)::int * 100 + 10)::text, 22, '0') where environment_id = ${environmentId} and name like 's%'`
    for (let i = 1; i <= n; i++) {
      const id = `svc_${String(i).padStart(22, '0')}`
      await sql`insert into variables (id, service_id, key, value_sealed, secret) values (${`var_${i}`}, ${id}, 'A', ${sealVariable(t.platform.seal, { serviceId: id, key: 'A' }, '${{web.URL}}')}, true)`
    }
  }

  /** Loads the canvas over one connection and counts the statements that PostgreSQL ran on it. */
  async function count(id: string): Promise<{ queries: number; nodes: number; links: number }> {
    let queries = 0
    const one = connect(t.url, { poolSize: 1, name: 'counting' })
    one.sql.options.debug = () => void queries++
    try {
      const graph = await loadGraph({ ...t.platform, db: one.db }, id)
      return { queries, nodes: graph.nodes.length, links: graph.links.length }
    } finally {
      await one.close()
    }
  }
})
