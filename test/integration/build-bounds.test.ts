import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { serviceCreate } from '../../lib/contract/service'
import type { ServiceSettings } from '../../lib/contract/service-settings'
import { runDeployment } from '../../lib/provisioning/deploy/run-deployment'
import type { Engine } from '../../lib/provisioning/engine'
import { dataPaths } from '../../lib/provisioning/paths'
import { findHierarchies } from '../../lib/provisioning/process/cgroup-hierarchies'
import { listProcesses, readEnvironment } from '../../lib/provisioning/process/process-table'
import { engineForTest, type TestEngine } from '../harness/engine'
import { smallDisk } from '../harness/small-disk'

// A build that takes more than its share of memory, disk or time ends with a reason that a person understands, and leaves
// nothing behind. What the platform cannot do, it tries again, and gives up in the open.

let t: TestEngine
let servers: Server[]
beforeEach(async () => {
  t = await engineForTest()
  servers = []
})
afterEach(async () => {
  for (const server of servers) server.close()
  await t.close()
})

const options = { shutdown: new AbortController().signal, cancellations: { onCancel: () => () => {}, close: async () => {} }, isLastAttempt: false }

/** Deploys an app whose build runs this script. */
async function deployApp(script: string, settings: Partial<ServiceSettings> = {}): Promise<string> {
  const folder = join(t.engine.paths.builds, '..', 'sources', 'app')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'build.js'), script)
  writeFileSync(join(folder, 'server.js'), '')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', scripts: { start: 'node server.js' } }))
  const { id } = await t.call(serviceCreate, { environmentId: t.environmentId, name: 'app', source: { type: 'local', path: folder }, settings: { installCommand: 'node --version', buildCommand: 'node build.js', ...settings } }, { as: t.as })
  return t.deploy({ id })
}

async function expectFailed(deployment: string, stage: string, failure: { reason: string; message: unknown }): Promise<void> {
  expect(await t.outcome(deployment)).toMatchObject({ status: 'failed', ...failure, stages: { [stage]: 'failed' } })
  expect(listProcesses().filter((row) => !row.zombie && readEnvironment(row.pid)?.includes(`EASEL_BUILD=${deployment}`))).toEqual([])
  expect(existsSync(t.engine.paths.builds) ? readdirSync(t.engine.paths.builds) : []).toEqual([])
}

const HOG = `const kept = []; setInterval(() => kept.push(Buffer.alloc(8 * 1024 * 1024, 1)), 5)`
const within = (mib: number): Engine => ({ ...t.engine, config: { ...t.engine.config, buildMemoryMib: mib } })
const hasMemory = findHierarchies().some(({ controllers }) => controllers.includes('memory'))

describe('memory', () => {
  test.skipIf(!hasMemory)(`a build over its limit is ended by the kernel, and the limit is named${hasMemory ? '' : ' (skipped: no memory controller here)'}`, async () => {
    const deployment = await deployApp(HOG)
    await runDeployment(within(256), deployment, options)
    await expectFailed(deployment, 'build', { reason: 'out_of_memory', message: 'node build.js wanted more memory than it may have, so the kernel ended one of its processes. One build may use 256 MiB here (EASEL_BUILD_MEMORY_MIB).' })
  })

  test('a build over its limit is ended by us where the kernel does not see to it', async () => {
    const deployment = await deployApp(HOG.replace(', 5)', ', 50)'))
    await runDeployment({ ...within(256), cgroups: null }, deployment, options)
    await expectFailed(deployment, 'build', { reason: 'out_of_memory', message: expect.stringMatching(/^node build\.js held \d+ MiB of memory and was ended\. One build may use 256 MiB here/) })
  })

  test('a heap of Node that is full is told from a failed build', async () => {
    const deployment = await deployApp(`const kept = []; for (;;) kept.push(new Array(1e5).fill({}))`, { buildCommand: 'node --max-old-space-size=40 build.js' })
    await runDeployment(t.engine, deployment, options)
    await expectFailed(deployment, 'build', { reason: 'out_of_memory', message: expect.stringContaining('JavaScript heap out of memory') })
  })
})

describe('the disk', () => {
  const WHY = ' (skipped: no disk can be mounted here)'
  const disk = smallDisk(8)
  disk?.close()

  /** An engine whose data lie on a small disk. */
  async function onSmallDisk(work: (engine: Engine, fill: () => void) => Promise<void>): Promise<void> {
    const mounted = smallDisk(8)!
    try {
      await work({ ...t.engine, paths: dataPaths(mounted.path) }, mounted.fill)
    } finally {
      mounted.close()
    }
  }

  test.skipIf(disk === null)(`full when the source is fetched is said${disk ? '' : WHY}`, async () => {
    const deployment = await deployApp('')
    await onSmallDisk(async (engine, fill) => {
      const full = { ...engine, at: async (point: string) => void (point === 'stage:fetch:before' && fill()) }
      expect(await runDeployment(full, deployment, options)).toBe('done')
      await expectFailed(deployment, 'fetch', { reason: 'disk_full', message: 'There is no space left on the disk that holds the data of Easel.' })
    })
    expect(await t.database.sql`select text from log_lines where deployment_id = ${deployment} order by id desc limit 1`).toMatchObject([{ text: expect.stringMatching(/^Failed: There is no space left/) }])
  })

  test.skipIf(disk === null)(`filled by the build is said in its own words${disk ? '' : WHY}`, async () => {
    const deployment = await deployApp(`const fs = require('fs'); for (;;) fs.appendFileSync('big', Buffer.alloc(65536))`)
    await onSmallDisk(async (engine) => {
      expect(await runDeployment(engine, deployment, options)).toBe('done')
      await expectFailed(deployment, 'build', { reason: 'disk_full', message: expect.stringMatching(/^node build\.js .*disk/) })
    })
  })
})

describe('time', () => {
  /** A server that takes connections and never says a word. */
  async function silentUrl(): Promise<string> {
    const server = createServer(() => {}).listen(0, '127.0.0.1')
    servers.push(server)
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as { port: number }).port}/silent.git`
  }

  test('a fetch from a server that accepts and never answers ends with its stage', async () => {
    const { id } = await t.call(serviceCreate, { environmentId: t.environmentId, name: 'app', source: { type: 'git', url: await silentUrl() } }, { as: t.as })
    const deployment = await t.deploy({ id })
    expect(await runDeployment(t.engine, deployment, { ...options, limitsMs: { fetch: 1_500 } })).toBe('done')
    await expectFailed(deployment, 'fetch', { reason: 'timed_out', message: 'Fetching source took longer than 2 seconds and was ended.' })
  })

  test('a build that takes too long keeps its own reason', async () => {
    const deployment = await deployApp('setInterval(() => {}, 1e6)')
    await runDeployment({ ...t.engine, config: { ...t.engine.config, buildTimeoutMs: 3_000 } }, deployment, options)
    await expectFailed(deployment, 'build', { reason: 'build_timeout', message: expect.stringMatching(/^node build\.js was still running after \d seconds and was ended\.$/) })
  })

  test.each(['detect', 'release'] as const)('a stage %s that hangs ends', async (stage) => {
    const deployment = await t.deploy(await t.service('site'))
    // Reading and releasing wait for the database; here it does not answer.
    const never = new Promise(() => {})
    const silent = () => ({ set: () => ({ where: () => never }), from: () => ({ where: () => never, innerJoin: () => never }) })
    const verb = stage === 'detect' ? 'update' : 'select'
    let isReached = false
    const hangs = new Proxy(t.engine.db, { get: (target, key, receiver) => (key === verb && isReached ? silent : (Reflect.get(target, key, receiver) as unknown)) })
    const engine = { ...t.engine, db: hangs, at: async (point: string) => void (isReached ||= point === `stage:${stage}:before`) }
    expect(await runDeployment(engine, deployment, { ...options, limitsMs: { [stage]: 1_000 } })).toBe('done')
    expect(await t.outcome(deployment)).toMatchObject({ status: 'failed', reason: 'timed_out' })
  }, 90_000)
})

describe('what the platform cannot do', () => {
  test('is tried again, and after the last time the deployment fails and its job stays in the queue', async () => {
    const { id } = await t.service('site')
    const deployment = await t.deploy({ id })
    const broken = t.engine.seal.open
    t.engine.seal.open = () => {
      throw new Error('The key is gone.')
    }
    await t.settle({ forMs: 300_000 })
    t.engine.seal.open = broken
    expect(await t.outcome(deployment)).toMatchObject({ status: 'failed', reason: 'internal' })
    const jobs = await t.database.sql`select attempts, max_attempts, last_error from graphile_worker.jobs where key = ${`deployment:${deployment}`}`
    expect(jobs).toMatchObject([{ attempts: 4, max_attempts: 4, last_error: expect.stringContaining('The key is gone.') }])
    expect(readdirSync(t.engine.paths.builds)).toEqual([])
  })
})
