import { afterEach, beforeEach, expect, test } from 'vitest'

import { deploymentCancel, deploymentCreate, deploymentRedeploy } from '../../lib/contract/deployment'
import { projectCreate } from '../../lib/contract/project'
import { serviceCreate } from '../../lib/contract/service'
import { runDeployment } from '../../lib/provisioning/deploy/run-deployment'
import { engineForTest, type TestEngine } from '../harness/engine'

// Builds of several projects on the real queue. Each project has as many services as it asks for builds: of one service
// only the newest build is worth anything.

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const never = new AbortController().signal
const nobody = { onCancel: () => () => {}, close: async () => {} }

type Asked = { id: string; serviceId: string }

async function project(name: string): Promise<(count: number) => Promise<Asked[]>> {
  const environmentId = (await t.call(projectCreate, { name }, { as: t.as })).environments[0]!.id
  const { folder } = await t.service(`folder-of-${name.toLowerCase()}`)
  let services = 0
  return async (count) => {
    const asked: Asked[] = []
    for (let n = 0; n < count; n++) {
      const service = await t.call(serviceCreate, { environmentId, name: `${name.toLowerCase()}-${++services}`, source: { type: 'local', path: folder } }, { as: t.as })
      asked.push(await deploy(service.id))
    }
    return asked
  }
}

async function deploy(serviceId: string): Promise<Asked> {
  return { id: (await t.call(deploymentCreate, { serviceId }, { as: t.as })).id, serviceId }
}

/** First letters of the names of what was built, in the order it was begun. */
async function order(): Promise<string> {
  const rows = await t.database.sql<{ name: string }[]>`
    select s.name from events e join services s on s.id = e.service_id where e.type = 'deployment.building' order by e.id`
  return rows.map(({ name }) => name[0]).join('')
}

test('a project that asks for one build does not wait for the ten of another', async () => {
  const [alpha, beta] = [await project('Alpha'), await project('Beta')]
  const [first] = await alpha(10)
  await runDeployment(t.engine, first!.id, { shutdown: never, cancellations: nobody, isLastAttempt: false })
  await beta(1)
  await t.settle()
  expect(await order()).toBe('abaaaaaaaaa')
})

test('projects that all ask for many take turns, in the order they asked', async () => {
  for (const name of ['Alpha', 'Beta', 'Gamma']) await (await project(name))(3)
  await t.settle()
  expect(await order()).toBe('abgabgabg')
})

test('who was quiet comes neither before nor after the others for it', async () => {
  const [alpha, beta] = [await project('Alpha'), await project('Beta')]
  await alpha(5)
  await t.settle()
  await alpha(3)
  await beta(3)
  await t.settle()
  // Beta begins in the turn that was begun last, Alpha in the one after it.
  expect((await order()).slice(5)).toBe('bababa')
})

test('what is asked for again, superseded or cancelled costs no turn', async () => {
  const [alpha, beta] = [await project('Alpha'), await project('Beta')]
  const [mine] = await alpha(1)
  for (let again = 0; again < 5; again++) await deploy(mine!.serviceId)
  const dropped = await alpha(4)
  for (const { id } of dropped) await t.call(deploymentCancel, { deploymentId: id }, { as: t.as })
  await beta(3)
  await alpha(1)
  await t.settle()
  expect(await order()).toBe('abbab')
})

test('a build that is kept is released again without a turn, whatever waits', async () => {
  const alpha = await project('Alpha')
  const [built] = await alpha(1)
  await t.settle()
  await t.database.sql`update build_turns set turn = 1000`
  await alpha(1)
  await t.call(deploymentRedeploy, { deploymentId: built!.id }, { as: t.as })
  const jobs = await t.database.sql`select task_identifier as task, priority from graphile_worker.jobs where task_identifier in ('run-deployment', 'release-deployment') order by priority`
  expect(jobs).toEqual([{ task: 'release-deployment', priority: 0 }, { task: 'run-deployment', priority: 1001 }])
})
