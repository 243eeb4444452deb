import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { tokenCreate } from '../../lib/contract/auth'
import { record } from '../../lib/db/queries/engine/metrics'
import { EXPOSITION_TYPE } from '../../lib/http/prometheus/exposition'
import { scrape } from '../../lib/http/prometheus/scrape'
import { makeMeasurer } from '../../lib/worker/measure'
import { takeUse } from '../../lib/worker/use'
import { engineForTest, oneTarget, type TestEngine } from '../harness/engine'
import { until } from '../harness/until'

const OPERATOR = 'a token of the operator'
const version = (() => {
  try {
    return execFileSync('prometheus', ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).split('\n')[0]
  } catch {
    return null
  }
})()

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

  test.skipIf(version === null)(`is scraped by ${version ?? 'Prometheus, which is not installed here'}, and read back`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'easel-prometheus-'))
    await writeFile(join(folder, 'prometheus.yml'), `global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: easel\n    authorization: { credentials: ${JSON.stringify(OPERATOR)} }\n    static_configs: [{ targets: ['127.0.0.1:${port}'] }]\n`)
    const free = createServer().listen(0, '127.0.0.1')
    await once(free, 'listening')
    const own = (free.address() as AddressInfo).port
    await new Promise((resolve) => free.close(resolve))
    const child = spawn('prometheus', [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${own}`], { stdio: 'ignore' })
    const gone = once(child, 'exit')
    try {
      const read = async (query: string) => ((await (await fetch(`http://127.0.0.1:${own}/api/v1/query?${new URLSearchParams({ query })}`)).json()) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } }).data.result
      await until('Prometheus to scrape', async () => (await read('up{job="easel"}').catch(() => [])).some(({ value }) => value[1] === '1'), 60_000)
      expect(await read('easel_workload_memory_bytes{part="0"}')).toMatchObject([{ metric: { service: 'api', project: 'Shop' }, value: [expect.any(Number), '123000000'] }])
      expect((await read('easel_database_bytes'))[0]!.value[1]).toMatch(/^\d+$/)
    } finally {
      child.kill()
      await gone
      await rm(folder, { recursive: true, force: true })
    }
  })
})
