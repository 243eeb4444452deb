import { afterAll, beforeAll, expect, test } from 'vitest'

import { deploymentCancel } from '../../lib/contract/deployment'
import { runCancel, runCreate, runGet } from '../../lib/contract/run'
import { serviceDelete, serviceStart, serviceStop } from '../../lib/contract/service'
import { openLane, type Lane } from '../fault/lane'
import { until } from '../harness/until'
import { server, STUBBORN } from './apps'
import { beside, commandsIn, untilGone } from './bystander'
import type { Scene } from './scene'

// Programs that do not end when they are asked to.

const FIRST_PORT = 26_000
const quick = { stopGraceS: 1, drainS: 0 }

let lane: Lane
beforeAll(async () => void (lane = await openLane(FIRST_PORT)))
afterAll(() => lane.close())

const runs = (scene: Scene, file: string) => () => commandsIn(scene).some((command) => command.includes(file))

test('a service that ignores SIGTERM is replaced, stopped and deleted nevertheless', () =>
  beside(lane, {}, async (scene) => {
    const as = { as: lane.as }
    const service = await scene.service('stubborn', { 'first.js': server('first', STUBBORN) }, { ...quick, startCommand: 'node first.js' })
    await scene.deployed(service)
    await scene.call(serviceStop, { serviceId: service.id }, as)
    await untilGone('the stopped service', runs(scene, 'first.js'))
    await until('its address to say that it is stopped', async () => (await scene.ask(service)).status === 503)
    await scene.call(serviceStart, { serviceId: service.id }, as)
    await until('it to be back', async () => (await scene.ask(service)).text === 'first')

    const second = await scene.service('other', { 'other.js': server('one', STUBBORN) }, { ...quick, startCommand: 'node other.js', rollout: 'replace' })
    await scene.deployed(second)
    await scene.deployed(second)
    await until('one of the two versions to be left', () => commandsIn(scene).filter((command) => command === 'node other.js').length === 1)

    for (const { id } of [service, second]) await scene.call(serviceDelete, { serviceId: id }, as)
    await untilGone('the deleted services', () => runs(scene, 'first.js')() || runs(scene, 'other.js')())
    await until('their rows to be gone', async () => (await scene.database.sql`select 1 from services where id in ${scene.database.sql([service.id, second.id])}`).length === 0)
  }))

test('a build that ignores SIGTERM is cancelled nevertheless', () =>
  beside(lane, {}, async (scene) => {
    const service = await scene.service('builds', { 'server.js': server('never'), 'build.js': `console.log('begun')\n${STUBBORN}` }, { buildCommand: 'node build.js' })
    const id = await scene.deploy(service)
    await until('the build to run', async () => (await scene.lines(service)).includes('begun'))
    await scene.call(deploymentCancel, { deploymentId: id }, { as: lane.as })
    expect(await scene.ended(id)).toMatchObject({ status: 'cancelled', reason: null })
    await untilGone('the build', runs(scene, 'build.js'))
  }))

test('a pre-deploy command that ignores SIGTERM is ended when its time is up, and the version given up with a sentence', () =>
  beside(lane, {}, async (scene) => {
    const settings = { ...quick, preDeployCommand: 'node prepare.js', preDeployTimeoutS: 2 }
    const service = await scene.service('prepares', { 'server.js': server('never'), 'prepare.js': STUBBORN }, settings)
    const ended = await scene.ended(await scene.deploy(service))
    expect(ended).toEqual({ status: 'failed', reason: 'pre_deploy_failed', message: 'The pre-deploy command was ended after 2 seconds, the time it may take.' })
    await untilGone('the command', runs(scene, 'prepare.js'))
  }))

test('a run that ignores SIGTERM is cancelled nevertheless', () =>
  beside(lane, {}, async (scene) => {
    const as = { as: lane.as }
    const service = await scene.service('cron', { 'job.js': STUBBORN }, { ...quick, startCommand: 'node job.js', cron: { schedule: '0 0 1 1 *' } })
    await scene.deployed(service)
    const { id } = await scene.call(runCreate, { serviceId: service.id }, as)
    await until('the run to be at work', runs(scene, 'job.js'))
    await scene.call(runCancel, { runId: id }, as)
    const run = await until('the run to end', async () => {
      const found = await scene.call(runGet, { runId: id }, as)
      return found.finishedAt !== null && found
    })
    expect(run).toMatchObject({ status: 'cancelled' })
    await untilGone('the run', runs(scene, 'job.js'))
  }))
