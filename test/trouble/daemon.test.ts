import { afterAll, beforeAll, expect, test } from 'vitest'

import { openLane, type Lane } from '../fault/lane'
import { until } from '../harness/until'
import { DAEMONIZE, server, STUBBORN } from './apps'
import { beside, commandsIn, untilGone } from './bystander'
import type { Scene } from './scene'

// Programs that fork, leave their parent, session and environment behind, and end.

const FIRST_PORT = 26_150

let lane: Lane
beforeAll(async () => void (lane = await openLane(FIRST_PORT)))
afterAll(() => lane.close())

const daemons = (scene: Scene) => commandsIn(scene).filter((command) => command.includes('daemon.js'))

test('a service that forks and ends is given up with a sentence, and nothing is left of it', () =>
  beside(lane, {}, async (scene) => {
    const service = await scene.service('forks', { 'server.js': DAEMONIZE, 'daemon.js': STUBBORN }, { health: { deadlineS: 20 } })
    const ended = await scene.ended(await scene.deploy(service))
    expect(ended).toMatchObject({ status: 'failed', reason: 'crashed' })
    expect(ended.message).toBe('It exited 3 times while starting, the last time with code 0.')
    await untilGone('what it has left', () => daemons(scene).length > 0)
  }))

test('a service that has served and leaves processes behind is started again without them', () =>
  beside(lane, {}, async (scene) => {
    const service = await scene.service('leaves', { 'server.js': server('here', `setTimeout(() => { ${DAEMONIZE}; setTimeout(() => process.exit(1), 100) }, 3_000)`), 'daemon.js': STUBBORN })
    await scene.deployed(service)
    await until('it to have exited and been started again', async () => (await scene.database.sql`select 1 from workloads where service_id = ${service.id} and restarts > 0`).length === 1)
    await until('it to answer', async () => (await scene.ask(service).catch(() => null))?.text === 'here')
    // The next ones come three seconds after each start.
    await untilGone('what the former run has left', () => daemons(scene).length > 0)
  }))

test('a build that forks and ends leaves nothing running', () =>
  beside(lane, {}, async (scene) => {
    const service = await scene.service('builds', { 'server.js': server('built'), 'build.js': DAEMONIZE, 'daemon.js': STUBBORN }, { buildCommand: 'node build.js' })
    await scene.deployed(service)
    expect((await scene.ask(service)).text).toBe('built')
    await untilGone('what the build has left', () => daemons(scene).length > 0)
  }))
