import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { tokenCreate } from '../../lib/contract/auth'
import { record } from '../../lib/db/queries/engine/metrics'
import { EXPOSITION_TYPE } from '../../lib/http/prometheus/exposition'
import { scrape } from '../../lib/http/prometheus/scrape'
import { makeMeasurer } from '../../lib/worker/measure'
import { takeUse } from '../../lib/worker/use'
import { engineForTest, oneTarget, type TestEngine } from '../harness/engine'
import { orNamed, prometheusVersion, startPrometheus } from '../harness/prometheus'
import { until } from '../harness/until'

const OPERATOR = 'a token of the operator'

let t: TestEngine
let server: Server
let port: number
let token: string
let serviceId: string

beforeAll(async () => {
  t = await engineForTest()
  const service = await t.service('api')
  serviceId = service.id
  const deploymentId = await t.deploy(service)
  await t.settle()
  token = (await t.call(tokenCreate, { name: 'prometheus', scope: 'read', organizationId: t.organizationId }, { as: t.as })).value
  const use = { name: deploymentId, environmentId: t.environmentId, serviceId, deploymentId, part: '0', at: new Date(), memoryBytes: 123_000_000, memoryLimitBytes: null, cpuMilli: 250, cpuLimitMilli: null, pids: 3, pidsLimit: null, receivedBytes: 77, sentBytes: null, readBytes: null, writtenBytes: null }
  const runs = ['run_a', 'run_b'].map((part) => ({ ...use, name: part, part }))
  t.clock.now = new Date(t.engine.now())
  await takeUse({ ...t.engine, targets: oneTarget({ ...t.runtime, use: async () => [use, ...runs] }) }, makeMeasurer(t.engine, t.engine))
  await record(t.engine.db, [{ measure: 'requests', labels: { environmentId: t.environmentId, serviceId }, at: new Date(t.engine.now().getTime() - 20_000), value: 30 }])
  server = createServer((request, response) => {
    void scrape(t.platform, new Request(`http://localhost${request.url}`, { headers: request.headers as Record<string, string> }), OPERATOR).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  server.close()
  await t.close()
})

const ask = async (bearer?: string) => {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

describe('/metrics', () => {
  test('is told to the operator, with the platform and all workloads, whose runs and versions are no series of their own', async () => {
    const { status, type, text } = await ask(OPERATOR)
    expect([status, type]).toEqual([200, EXPOSITION_TYPE])
    const labels = `project="Shop",environment="production",service="api",service_id="${serviceId}"`
    expect(text).toContain(`easel_workload_memory_bytes{${labels},part="0"} 123000000\n`)
    expect(text).toContain(`easel_workload_memory_bytes{${labels},part="run"} 246000000\n`)
    expect(text).toContain(`easel_workload_cpu_cores{${labels},part="0"} 0.25\n`)
    expect(text).toContain(`easel_workload_restarts_total{${labels},part="0"} 0\n`)
    expect(text).toContain(`easel_service_requests_per_second{${labels}} 3\n`)
    expect(text).toMatch(/^easel_jobs\{status="waiting"\} \d+$/m)
    expect(text).not.toContain('run_a')
  })

  test('is told to a reader of the organization without the platform, which is for owners and admins', async () => {
    const { status, text } = await ask(token)
    expect(status).toBe(200)
    expect(text).toContain(`service_id="${serviceId}"`)
    expect(text).not.toContain('easel_jobs')
  })

  test('is told to nobody else', async () => {
    for (const bearer of [undefined, 'another token, of nobody', `${OPERATOR}x`]) expect(await ask(bearer)).toMatchObject({ status: 401 })
    await t.database.sql`insert into organizations (id, name, slug) values ('org_other', 'Other', 'other')`
    await t.database.sql`update projects set organization_id = 'org_other'`
    expect((await ask(token)).text).toBe('')
    await t.database.sql`update projects set organization_id = ${t.organizationId}`
  })

  test.skipIf(prometheusVersion === null)(`is scraped by ${orNamed}, and read back`, async () => {
    const prometheus = await startPrometheus({ interval: '1s', scrapes: `  - job_name: easel\n    authorization: { credentials: ${JSON.stringify(OPERATOR)} }\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n` })
    try {
      await until('Prometheus to scrape', async () => (await prometheus.read('up{job="easel"}')).some(({ value }) => value[1] === '1'), 60_000)
      expect(await prometheus.read('easel_workload_memory_bytes{part="0"}')).toMatchObject([{ metric: { service: 'api', project: 'Shop' }, value: [expect.any(Number), '123000000'] }])
      expect((await prometheus.read('easel_database_bytes'))[0]!.value[1]).toMatch(/^\d+$/)
    } finally {
      await prometheus.stop()
    }
  })
})
