import { expect, test } from '@playwright/test'

import { dockerTarget, onEngine, repository, serverFiles, signInOverRest, until, visit, type Answer, type Api } from './support'

// The main job in containers, over REST: the same drawing as on processes, and nothing left on the engine afterwards.

test.describe.configure({ mode: 'serial' })

let api: Api
let project: Answer['body']
let environmentId: string

test.beforeAll(async () => {
  api = await signInOverRest()
  const targetId = await dockerTarget(api)
  test.skip(targetId === null, 'no Docker engine answers')
  project = (await api.send('POST', '/api/v1/projects', { name: 'In containers', targetId })).body
  environmentId = project.environments[0].id
  expect(project.environments[0].target.kind).toBe('docker')
})

async function create(source: unknown, name: string): Promise<Answer['body']> {
  const answer = await api.send('POST', `/api/v1/environments/${environmentId}/services`, { name, source })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body
}

async function finished(deploymentId: string): Promise<Answer['body']> {
  const deployment = await until(`deployment ${deploymentId} to end`, async () => {
    const { body } = await api.get(`/api/v1/deployments/${deploymentId}`)
    return ['queued', 'building', 'releasing'].includes(body.status) ? null : body
  }, 150_000)
  expect(deployment, JSON.stringify(deployment.failure)).toMatchObject({ status: 'active', failure: null })
  return deployment
}

async function deploy(serviceId: string): Promise<Answer['body']> {
  const started = await api.send('POST', `/api/v1/services/${serviceId}/deployments`, {})
  expect(started.status, JSON.stringify(started.body)).toBe(202)
  return finished(started.body.id)
}

test('templates go from nothing to live addresses, and services find each other by name', async () => {
  const page = await create({ type: 'template', template: 'static-site' }, 'page')
  await deploy(page.id)
  expect((await visit(page.url)).status).toBe(200)

  const web = await create({ type: 'template', template: 'two-services' }, 'web')
  const { nodes, links } = (await api.get(`/api/v1/environments/${environmentId}/graph`)).body
  expect(links).toHaveLength(1)
  for (const node of nodes) if (node.id !== page.id) await deploy(node.id)
  const answer = await until('the web service to answer', async () => {
    const found = await visit(web.url)
    return found.status === 200 ? found : null
  })
  expect(answer.text).not.toMatch(/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/)
})

test('what has not changed is not built again, and a rollback serves the earlier version without building', async () => {
  const source = repository('contained')
  source.commit(serverFiles('version one'), 'One')
  const service = await create({ type: 'git', url: source.url }, 'contained')
  const first = await deploy(service.id)
  const again = await deploy(service.id)
  const said = (await api.get(`/api/v1/deployments/${again.id}/logs?limit=1000`)).body.lines.map((line: { text: string }) => line.text).join('\n')
  expect(said).toContain('nothing is built')
  source.commit(serverFiles('version two'), 'Two')
  await deploy(service.id)
  expect((await visit(service.url)).text).toBe('version two')
  const answer = await api.send('POST', `/api/v1/deployments/${first.id}/rollback`)
  expect(answer.status).toBe(202)
  await finished(answer.body.id)
  expect((await visit(service.url)).text).toBe('version one')
})

test('after the project is deleted nothing of it is on the engine', async () => {
  const { nodes } = (await api.get(`/api/v1/environments/${environmentId}/graph`)).body
  const ids = nodes.map((node: { id: string }) => node.id)
  expect(onEngine(environmentId, ids).length, 'what there is before').toBeGreaterThan(ids.length)
  expect((await api.send('DELETE', `/api/v1/projects/${project.id}`)).status).toBe(202)
  await until('the project to be gone', async () => (await api.get(`/api/v1/projects/${project.id}`)).status === 404)
  await until('the engine to have nothing of it', async () => onEngine(environmentId, ids).length === 0, 90_000)
})
