import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { deploymentCancel, deploymentRedeploy } from '../../lib/contract/deployment'
import { eventList } from '../../lib/contract/organization'
import { serviceCreate } from '../../lib/contract/service'
import { begin } from '../../lib/db/queries/engine/deployments'
import { start } from '../../lib/db/queries/engine/stages'
import type { StageName } from '../../lib/domain/deployment-status'
import { runDeployment } from '../../lib/provisioning/deploy/run-deployment'
import { engineForTest, type TestEngine } from '../harness/engine'

// Everything that can go wrong once goes wrong once: every transaction fails before or after its effect, every call to the
// runtime likewise, and the worker dies in every stage. The end is always the same.

let t: TestEngine
beforeEach(async () => {
  t = await engineForTest()
})
afterEach(() => t.close())

const never = new AbortController().signal

async function expectOneGoodEnd(serviceId: string, deployment: string): Promise<void> {
  expect(await t.outcome(deployment)).toMatchObject({ status: 'active', reason: null, stages: { release: 'done', start: 'done' } })
  expect(t.runtime.serving(serviceId)).toEqual([deployment])
  expect(t.ingress.table.routes[0]!.targets).toEqual([{ host: '127.0.0.1', port: t.runtime.applied(deployment)!.port, deploymentId: deployment, replica: '0' }])
  const types = (await t.call(eventList, { organizationId: t.organizationId, limit: 100 }, { as: t.as })).items.map((event) => event.type)
  for (const once of ['deployment.building', 'deployment.releasing', 'deployment.active']) expect(types.filter((type) => type === once)).toEqual([once])
}

describe.each(['before', 'after'] as const)('a transaction that fails %s its effect', (when) => {
  test('changes nothing about the end, whichever it is', async () => {
    for (let at = 1; ; at++) {
      const service = await t.service(`api-${at}`)
      const fault = t.fault({ at, when })
      const deployment = await t.deploy(service)
      await t.settle({ forMs: 120_000 })
      const outcome = await t.outcome(deployment)
      expect(outcome, `transaction ${at}`).toMatchObject({ status: 'active' })
      expect(t.runtime.serving(service.id)).toEqual([deployment])
      if (!fault.wasReached()) {
        expect(at).toBeGreaterThan(12)
        return
      }
    }
  }, 120_000)
})

test.each([
  ['apply', 'before'],
  ['apply', 'after'],
  ['observe', 'before'],
  ['ensureNetwork', 'before'],
] as const)('a call to the runtime (%s) that fails %s its effect changes nothing about the end', async (verb, when) => {
  const service = await t.service('api')
  t.runtime.failNext(verb, when)
  const deployment = await t.deploy(service)
  await t.settle({ forMs: 10_000 })
  await expectOneGoodEnd(service.id, deployment)
})

test.each(['stop', 'remove'] as const)('a former version whose end fails (%s) goes the next time', async (verb) => {
  const service = await t.service('api')
  await t.deploy(service)
  await t.settle()
  t.runtime.failNext(verb, 'before')
  const second = await t.deploy(service)
  await t.settle({ forMs: 30_000 })
  expect((await t.engine.driver.observe(null, never)).map((seen) => seen.deploymentId)).toEqual([second])
})

/** A Node app whose install and build take until the file `go` appears beside it. */
async function slowApp(): Promise<{ id: string; folder: string }> {
  const folder = join(t.engine.paths.workloads, '..', 'sources', 'slow')
  await mkdir(folder, { recursive: true })
  const wait = `const fs=require('fs');console.log('begun');const i=setInterval(()=>{if(fs.existsSync(${JSON.stringify(join(folder, '..', 'go'))})){clearInterval(i)}},20)`
  await writeFile(join(folder, 'build.js'), wait)
  await writeFile(join(folder, 'server.js'), 'require("http").createServer((q,s)=>s.end("ok")).listen(process.env.PORT)')
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'slow', scripts: { build: 'node build.js', start: 'node server.js' } }))
  const { id } = await t.call(serviceCreate, { environmentId: t.environmentId, name: 'slow', source: { type: 'local', path: folder } }, { as: t.as })
  return { id, folder }
}

/** Polls until a stage of a deployment runs. */
async function untilStage(deployment: string, stage: StageName): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if ((await t.outcome(deployment)).stages[stage] === 'running') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`Stage ${stage} did not begin.`)
}

const nobody = { onCancel: () => () => {}, close: async () => {} }

test('a build that is interrupted by a shutdown is done again and finished', async () => {
  const { id, folder } = await slowApp()
  const deployment = await t.deploy({ id })
  const shutdown = new AbortController()
  const work = runDeployment(t.engine, deployment, { shutdown: shutdown.signal, cancellations: nobody, isLastAttempt: false })
  await untilStage(deployment, 'build')
  shutdown.abort()
  expect(await work).toBe('interrupted')
  expect(await t.outcome(deployment)).toMatchObject({ status: 'building', stages: { build: 'running' } })
  await writeFile(join(folder, '..', 'go'), '')
  await t.settle()
  await expectOneGoodEnd(id, deployment)
})

test('a build that is cancelled ends its commands, which would go on for ever, and leaves no files', async () => {
  const { id } = await slowApp()
  const deployment = await t.deploy({ id })
  const work = t.settle()
  await untilStage(deployment, 'build')
  await t.call(deploymentCancel, { deploymentId: deployment }, { as: t.as })
  await work
  expect(await t.outcome(deployment)).toMatchObject({ status: 'cancelled', stages: { fetch: 'done', build: 'cancelled' } })
  await expect(import('node:fs/promises').then((fs) => fs.readdir(t.engine.paths.builds))).resolves.toEqual([])
  await expect(import('node:fs/promises').then((fs) => fs.readdir(t.engine.paths.artifacts).catch(() => []))).resolves.toEqual([])
})

test.each(['before', 'after'])('no stage of a deployment runs that was superseded %s a worker died in it', async (order) => {
  const service = await t.service('api')
  const first = await t.deploy(service)
  await t.settle()
  // With its build it counts as queued while it is released.
  const { id } = await t.call(deploymentRedeploy, { deploymentId: first }, { as: t.as })
  const dies = () => start(t.engine.db, id, 'release', t.engine.now())
  await begin(t.engine.db, id, t.engine.now())
  if (order === 'after') await dies()
  const next = await t.deploy(service)
  if (order === 'before') {
    await dies()
    // The queue gives it to another one, which finds it ended.
    expect(await runDeployment(t.engine, id, { shutdown: never, cancellations: nobody, isLastAttempt: false })).toBe('done')
  }
  expect(await t.outcome(id)).toMatchObject({ status: 'superseded', stages: { release: 'cancelled' } })
  await t.settle()
  expect(await t.outcome(next)).toMatchObject({ status: 'active' })
})
