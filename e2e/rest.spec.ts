import { expect, test } from '@playwright/test'

import { apiOf, repository, serverFiles, signInOverRest, until, visit, type Api, type Answer } from './support'

// The main job over REST alone, JSON throughout.

test.describe.configure({ mode: 'serial' })

let api: Api
let environmentId: string

test.beforeAll(async () => {
  api = await signInOverRest()
  const project = await api.send('POST', '/api/v1/projects', { name: 'Over REST' })
  expect(project.status).toBe(201)
  expect(project.body.environments).toHaveLength(1)
  environmentId = project.body.environments[0].id
})

async function create(source: unknown, name?: string, settings?: unknown): Promise<Answer['body']> {
  const answer = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { ...(name ? { name } : {}), source, ...(settings ? { settings } : {}) })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

async function deploy(serviceId: string): Promise<Answer['body']> {
  const started = await api.send('POST', `/api/v1/services/${serviceId}/deployments`, {})
  expect(started.status, JSON.stringify(started.body)).toBe(202)
  return finished(started.body.id)
}

function finished(deploymentId: string): Promise<Answer['body']> {
  return until(`deployment ${deploymentId} to end`, async () => {
    const { body } = await api.get(`/api/v1/deployments/${deploymentId}`)
    return ['queued', 'building', 'releasing'].includes(body.status) ? null : body
  }, 120_000)
}

test('a template goes from nothing to a live address, and nothing is left after its deletion', async () => {
  const service = await create({ type: 'template', template: 'node-service' })
  expect(service.url).toMatch(/^http:\/\/[a-z0-9-]+\.localhost:4312$/)
  const deployment = await deploy(service.id)
  expect(deployment).toMatchObject({ status: 'active', failure: null })
  expect(deployment.stages.map((stage: { name: string }) => stage.name)).toEqual(expect.arrayContaining(['fetch', 'detect', 'release', 'start']))
  expect((await visit(service.url, '/health')).status).toBe(200)

  const graph = await api.get(`/api/v1/environments/${environmentId}/graph`)
  expect(graph.body.nodes).toEqual([expect.objectContaining({ id: service.id, state: 'running' })])
  expect((await api.send('DELETE', `/api/v1/services/${service.id}`)).status).toBe(202)
  await until('the node to be gone', async () => (await api.get(`/api/v1/environments/${environmentId}/graph`)).body.nodes.length === 0)
  expect((await api.get(`/api/v1/services/${service.id}`)).status).toBe(404)
  expect((await visit(service.url)).status).toBe(404)
})

test('two services of a template talk to each other', async () => {
  const web = await create({ type: 'template', template: 'two-services' })
  const graph = await api.get(`/api/v1/environments/${environmentId}/graph`)
  expect(graph.body.links).toHaveLength(1)
  for (const node of graph.body.nodes) expect(await deploy(node.id)).toMatchObject({ status: 'active' })
  const page = await until('the web service to show what the other says', async () => {
    const answer = await visit(web.url)
    return answer.status === 200 ? answer : null
  })
  expect(page.text).not.toContain('ECONNREFUSED')
})

test('secrets are masked in the build log and never answered', async () => {
  const source = repository('secretive')
  source.commit(
    { ...serverFiles('ok'), 'package.json': JSON.stringify({ name: 'secretive', private: true, scripts: { build: 'node print.js', start: 'node server.js' } }), 'print.js': 'console.log("the value is " + process.env.API_KEY)' },
    'Print a secret',
  )
  const service = await create({ type: 'git', url: source.url }, 'Secretive')
  const put = await api.send('PUT', `/api/v1/services/${service.id}/variables`, { variables: { API_KEY: 'hunter2-hunter2', GREETING: { value: 'hello', secret: false } } })
  expect(put.status).toBe(200)
  expect(JSON.stringify(put.body)).not.toContain('hunter2')
  const deployment = await deploy(service.id)
  expect(deployment).toMatchObject({ status: 'active', failure: null })
  const log = await api.get(`/api/v1/deployments/${deployment.id}/logs?limit=1000`)
  const text = log.body.lines.map((line: { text: string }) => line.text).join('\n')
  expect(text).toContain('the value is')
  expect(text).not.toContain('hunter2')
})

test('a rollback serves the earlier version without building', async () => {
  const source = repository('rolling')
  source.commit(serverFiles('version one'), 'One')
  const service = await create({ type: 'git', url: source.url }, 'Rolling')
  const first = await deploy(service.id)
  source.commit(serverFiles('version two'), 'Two')
  await deploy(service.id)
  expect((await visit(service.url)).text).toBe('version two')
  const answer = await api.send('POST', `/api/v1/deployments/${first.id}/rollback`)
  expect(answer.status).toBe(202)
  const rolledBack = await finished(answer.body.id)
  expect(rolledBack).toMatchObject({ status: 'active', trigger: 'rollback' })
  const build = rolledBack.stages.find((stage: { name: string }) => stage.name === 'build')
  expect(build?.status ?? 'skipped').toBe('skipped')
  expect((await visit(service.url)).text).toBe('version one')
})

test('a cancelled build is really gone', async () => {
  const source = repository('slow')
  source.commit({ ...serverFiles('slow'), 'package.json': JSON.stringify({ name: 'slow', private: true, scripts: { build: 'node wait.js', start: 'node server.js' } }), 'wait.js': 'console.log("waiting, pid " + process.pid); setInterval(() => {}, 1000)' }, 'Wait')
  const service = await create({ type: 'git', url: source.url }, 'Slow')
  const started = await api.send('POST', `/api/v1/services/${service.id}/deployments`, {})
  const pid = await until('the build to run', async () => {
    const { body } = await api.get(`/api/v1/deployments/${started.body.id}/logs?limit=1000`)
    return body.lines.map((line: { text: string }) => /waiting, pid (\d+)/.exec(line.text)?.[1]).find(Boolean)
  })
  expect((await api.send('POST', `/api/v1/deployments/${started.body.id}/cancel`)).status).toBe(202)
  await until('the process to be gone', async () => {
    try {
      process.kill(Number(pid), 0)
      return false
    } catch {
      return true
    }
  })
  expect((await api.get(`/api/v1/deployments/${started.body.id}`)).body.status).toBe('cancelled')
  expect((await api.send('POST', `/api/v1/deployments/${started.body.id}/cancel`)).status).toBe(409)
})

test('hostile names and folders are refused or harmless', async () => {
  const source = repository('hostile')
  source.commit(serverFiles('harmless'), 'One')
  const named = await create({ type: 'git', url: source.url }, '; rm -rf /')
  expect(await deploy(named.id)).toMatchObject({ status: 'active' })
  for (const bad of [{ ref: '$(id)' }, { ref: '--upload-pack=touch /tmp/x' }, { rootDirectory: '../..' }, { rootDirectory: '/etc' }]) {
    const answer = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { source: { type: 'git', url: source.url, ...bad } })
    expect(answer.status, JSON.stringify(bad)).toBe(400)
    expect(answer.body.fields).toBeTruthy()
  }
  for (const url of ['ext::sh -c id', '--upload-pack=id', 'https://user:secret@example.com/x.git']) {
    expect((await api.send('POST', `/api/v1/environments/${environmentId}/services`, { source: { type: 'git', url } })).status, url).toBe(400)
  }
})

test('errors are one shape', async () => {
  const anyone = apiOf(null)
  expect(await anyone.get('/api/v1/projects')).toMatchObject({ status: 401, body: { code: 'unauthenticated', requestId: expect.any(String) } })
  expect(await anyone.send('POST', '/api/v1/auth/register', { email: 'x@example.com', password: 'long enough', name: 'X' })).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect(await api.send('POST', '/api/v1/projects', { name: '', colour: 'red' })).toMatchObject({ status: 400, body: { fields: { name: expect.any(String), colour: expect.any(String) } } })
  expect(await api.send('POST', '/api/v1/projects', `{"name":"${'x'.repeat(1_100_000)}"}`, { 'content-type': 'application/json' })).toMatchObject({ status: 413 })
  expect(await api.send('POST', '/api/v1/projects', '{"name":', { 'content-type': 'application/json' })).toMatchObject({ status: 400 })
  expect(await api.send('PATCH', '/api/v1/projects')).toMatchObject({ status: 405 })
  expect(await api.get('/api/v1/nothing/here')).toMatchObject({ status: 404 })
  expect(await api.get('/api/v1/projects/prj_nope')).toMatchObject({ status: 404 })
  expect(await api.send('POST', '/api/v1/projects', { name: 'Twice' }, { 'idempotency-key': 'e2e-1' })).toMatchObject({ status: 201 })
  expect(await api.send('POST', '/api/v1/projects', { name: 'Other' }, { 'idempotency-key': 'e2e-1' })).toMatchObject({ status: 422 })
})

test('health answers for every part', async () => {
  expect(await apiOf(null).get('/health/live')).toMatchObject({ status: 200 })
  expect(await apiOf(null).get('/health/ready')).toMatchObject({ status: 200, body: { status: 'ok', checks: { database: { ok: true }, worker: { ok: true }, ingress: { ok: true }, runtime: { ok: true } } } })
})
