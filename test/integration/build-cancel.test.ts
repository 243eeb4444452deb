import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { deploymentCancel } from '../../lib/contract/deployment'
import { serviceCreate } from '../../lib/contract/service'
import type { ServiceSettings } from '../../lib/contract/service-settings'
import type { StageName } from '../../lib/domain/deployment-status'
import { runDeployment } from '../../lib/provisioning/deploy/run-deployment'
import { openEnclosure } from '../../lib/provisioning/deploy/enclosure'
import { runCommand } from '../../lib/provisioning/process/run-command'
import { listProcesses, readEnvironment } from '../../lib/provisioning/process/process-table'
import { engineForTest, type TestEngine } from '../harness/engine'
import { until } from '../harness/until'

// A deployment is cancelled in every stage while a real command is at work. Whatever the command has done to hide what it
// started: in the end nothing of it runs, and nothing of it is on the disk.

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

const nobody = { onCancel: () => () => {}, close: async () => {} }
const options = { shutdown: new AbortController().signal, cancellations: nobody, isLastAttempt: false }
const hasCgroups = () => t.engine.cgroups !== null

/** Leaves its session and its parent, has an empty environment, ignores SIGTERM, and notes its pid. */
const FUGITIVE = `require('fs').writeFileSync(process.argv[1], String(process.pid)); process.on('SIGTERM', () => {}); setInterval(() => {}, 1e6)`
const MIDDLE = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(FUGITIVE)}, process.argv[1]], { detached: true, stdio: 'ignore', env: {} }).unref()`
const hide = (note: string) => `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(MIDDLE)}, ${JSON.stringify(note)}], { env: {} })`

async function app(settings: Partial<ServiceSettings>): Promise<{ id: string; note: string }> {
  const folder = join(t.engine.paths.builds, '..', 'sources', 'app')
  const note = join(folder, '..', 'fugitive')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'wait.js'), `${hasCgroups() ? hide(note) : ''};console.log('begun');setInterval(() => {}, 1e6)`)
  writeFileSync(join(folder, 'server.js'), '')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', scripts: { start: 'node server.js' } }))
  const { id } = await t.call(serviceCreate, { environmentId: t.environmentId, name: 'app', source: { type: 'local', path: folder }, settings }, { as: t.as })
  return { id, note }
}

/** A server that takes connections and never says a word. */
async function silentRepository(): Promise<{ url: string; connected: Promise<unknown> }> {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}/silent.git`, connected: once(server, 'connection') }
}

const cancel = (deploymentId: string) => t.call(deploymentCancel, { deploymentId }, { as: t.as })
const untilRunning = (deployment: string, stage: StageName) => until(`stage ${stage}`, async () => (await t.outcome(deployment)).stages[stage] === 'running')
const namesIn = (path: string) => (existsSync(path) ? readdirSync(path) : [])

/** Processes that carry the mark of a build. */
function marked(deployment: string): number[] {
  return listProcesses().filter((row) => !row.zombie && readEnvironment(row.pid)?.includes(`EASEL_BUILD=${deployment}`)).map((row) => row.pid)
}

async function expectNothingLeft(deployment: string, stage: StageName): Promise<void> {
  expect(await t.outcome(deployment)).toMatchObject({ status: 'cancelled', reason: null, stages: { [stage]: 'cancelled' } })
  expect(marked(deployment)).toEqual([])
  expect(namesIn(t.engine.paths.builds)).toEqual([])
  expect(namesIn(t.engine.paths.artifacts)).toEqual([])
  expect(t.engine.cgroups?.open(`build-${deployment}`, {})?.members() ?? []).toEqual([])
  t.engine.cgroups?.open(`build-${deployment}`, {})?.remove()
  expect(await t.database.sql`select file from log_cursors`).toEqual([])
  expect(await t.database.sql`select text from log_lines where deployment_id = ${deployment} order by id desc limit 1`).toEqual([{ text: 'Cancelled.' }])
}

async function expectFugitiveGone(note: string): Promise<void> {
  if (!hasCgroups()) return
  const pid = Number(readFileSync(note, 'utf8'))
  expect(listProcesses().filter((row) => row.pid === pid && !row.zombie)).toEqual([])
}

describe('a deployment that is cancelled', () => {
  test('while it fetches leaves no git', async () => {
    const { url, connected } = await silentRepository()
    const { id } = await t.call(serviceCreate, { environmentId: t.environmentId, name: 'app', source: { type: 'git', url } }, { as: t.as })
    const deployment = await t.deploy({ id })
    const work = runDeployment(t.engine, deployment, options)
    // What only asks for the branch beside it may be there first.
    await connected
    await until('git to fetch', () => marked(deployment).length > 0)
    await cancel(deployment)
    expect(await work).toBe('done')
    await expectNothingLeft(deployment, 'fetch')
  })

  test.each([
    ['install', { installCommand: 'node wait.js' }],
    ['build', { installCommand: 'node --version', buildCommand: 'node wait.js' }],
  ] as const)('in its %s ends every process of the command, however it hid', async (stage, settings) => {
    const { id, note } = await app(settings)
    const deployment = await t.deploy({ id })
    const work = runDeployment(t.engine, deployment, options)
    await untilRunning(deployment, stage)
    if (hasCgroups()) await until('the fugitive', () => existsSync(note) && readFileSync(note, 'utf8') !== '')
    else await until('the command', () => marked(deployment).length > 0)
    await cancel(deployment)
    expect(await work).toBe('done')
    await expectNothingLeft(deployment, stage)
    await expectFugitiveGone(note)
  })

  test.each(['fetch', 'detect', 'build', 'release'] as const)('just when its stage %s has done its work stays cancelled', async (stage) => {
    const deployment = await t.deploy(await t.service('site'))
    const engine = { ...t.engine, at: async (point: string) => void (point === `stage:${stage}:${stage === 'release' ? 'before' : 'during'}` && (await cancel(deployment))) }
    expect(await runDeployment(engine, deployment, options)).toBe('done')
    await t.settle()
    const { status, stages } = await t.outcome(deployment)
    expect([status, Object.values(stages).filter((one) => one === 'running')]).toEqual(['cancelled', []])
    expect(namesIn(t.engine.paths.builds)).toEqual([])
    expect(t.runtime.applied(deployment)).toBeNull()
  })

  test('while nobody works on it, after its worker died, is tidied up by the next', async () => {
    const { id } = await t.service('site')
    const deployment = await t.deploy({ id })
    const folder = t.engine.paths.build(deployment)
    mkdirSync(folder, { recursive: true })
    const note = join(folder, 'fugitive')
    // What a worker that was killed leaves: a command of the build that nobody waits for.
    const { bounds, env } = openEnclosure(t.engine, deployment, folder)
    const left = runCommand({ ...bounds, argv: [process.execPath, '-e', `${hasCgroups() ? hide(note) : ''};setInterval(() => {}, 1e6)`], cwd: folder, env: { ...env, PATH: '/usr/bin:/bin' }, signal: new AbortController().signal, timeoutMs: 60_000 })
    await until('the command', () => (hasCgroups() ? existsSync(note) && readFileSync(note, 'utf8') !== '' : marked(deployment).length > 0))
    const fugitive = hasCgroups() ? Number(readFileSync(note, 'utf8')) : null
    await t.database.sql`update deployments set status = 'building', started_at = now() where id = ${deployment}`
    await cancel(deployment)
    await t.settle()
    expect(await left).toMatchObject({ code: null })
    expect(marked(deployment)).toEqual([])
    expect(listProcesses().filter((row) => row.pid === fugitive && !row.zombie)).toEqual([])
    expect(namesIn(t.engine.paths.builds)).toEqual([])
  })
})
