import { z } from 'zod'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { makeDockerSubject, type DockerSubject } from '@/test/docker/docker-subject'
import { NODE_IMAGE } from '@/test/docker/engine'
import { hasRegistry, PASSWORD, startRegistry } from '@/test/docker/registry'
import { authHeader } from '../../docker/auth-header'
import { readJsonLines } from '../../docker/json-lines'
import { find, hasExited, isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'
import { Created, Inspected } from './answers'
import { readState, runFolder, writeState } from './state'

// What others do to an engine, and what a worker leaves behind that dies in the middle.

const never = new AbortController().signal
let t: DockerSubject
beforeEach(async () => {
  t = await makeDockerSubject()
})
afterEach(() => t.dispose())

const inspect = (app: Workload) => t.api.json({ method: 'GET', path: `/containers/easel-${app.name}/json`, signal: never }, Inspected)
const removeContainer = (idOrName: string) => t.api.run({ method: 'DELETE', path: `/containers/${idOrName}`, query: { force: true }, signal: never })

async function start(app: Workload): Promise<Workload> {
  await t.driver.apply(app, never)
  await untilSeen(t.driver, app.name, isHealthy)
  return app
}

describe('a container that somebody removed', () => {
  test('is seen as exited, with a sentence, and starts again', async () => {
    const app = await start(t.workload('serves'))
    await removeContainer(`easel-${app.name}`)
    const seen = await untilSeen(t.driver, app.name, hasExited)
    expect(seen).toMatchObject({ exit: { code: null, signal: null, byPlatform: false }, healthMessage: 'Its container was removed from the Docker engine.', address: null, pid: null })
    expect((await find(t.driver, app.name))!.exit!.at).toEqual(seen.exit!.at)
    await t.driver.apply(app, never)
    expect(await untilSeen(t.driver, app.name, isHealthy)).toMatchObject({ restarts: 1, exit: null })
  })

  test('leaves no volume behind that its image had declared', async () => {
    const image = `easel-tests/declares:${t.mark}`
    const container = await t.api.json({ method: 'POST', path: '/containers/create', body: { Image: NODE_IMAGE, Labels: { 'easel.instance': t.mark } }, signal: never }, Created)
    await t.api.run({ method: 'POST', path: '/commit', query: { container: container.Id, repo: 'easel-tests/declares', tag: t.mark, changes: 'VOLUME /data /var/other /tmp/' }, signal: never })
    await removeContainer(container.Id)
    const left = async () => (await t.api.json({ method: 'GET', path: '/volumes', query: { filters: { label: [`easel.instance=${t.mark}`] } }, signal: never }, z.object({ Volumes: z.array(z.looseObject({})).nullable() }))).Volumes?.length ?? 0
    try {
      const made = t.workload('serves')
      const app = await start({ ...made, readOnly: true, start: { ...made.start, image } as Workload['start'] })
      expect([await left(), await t.driver.volumes!.list(null, never)]).toEqual([2, []])
      await removeContainer(`easel-${app.name}`)
      await untilSeen(t.driver, app.name, hasExited)
      await start(app)
      expect(await left()).toBe(2)
      await removeContainer(`easel-${app.name}`)
      await t.driver.remove(app, 500, never)
      expect(await left()).toBe(0)
    } finally {
      await t.driver.remove(t.workload('serves'), 0, never)
      await t.api.run({ method: 'DELETE', path: `/images/${image}`, query: { force: true }, signal: never })
    }
  })

  test('of a job is not made a second time', async () => {
    const app = t.workload('works', { role: 'job', part: 'run_1', port: null, health: null })
    await t.driver.apply(app, never)
    await removeContainer(`easel-${app.name}`)
    await t.driver.apply(app, never)
    expect(await untilSeen(t.driver, app.name, hasExited)).toMatchObject({ exit: { code: null, signal: null }, restarts: 0 })
    await expect(inspect(app)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a container that somebody', () => {
  test('stopped or restarted by hand is seen as it is', async () => {
    const app = await start(t.workload('serves'))
    await t.api.run({ method: 'POST', path: `/containers/easel-${app.name}/stop`, query: { t: 2 }, signal: never })
    expect(await untilSeen(t.driver, app.name, hasExited)).toMatchObject({ exit: { code: 0, byPlatform: false } })
    await t.api.run({ method: 'POST', path: `/containers/easel-${app.name}/start`, signal: never })
    await untilSeen(t.driver, app.name, isHealthy)
  })

  test('took out of its network is brought back, and one that somebody paused says so', async () => {
    await t.driver.ensureNetwork(t.environmentId, { linksOnly: false }, never)
    const app = await start(t.workload('serves', { reaches: [] }))
    const { Id, NetworkSettings } = await inspect(app)
    const [network] = Object.keys(NetworkSettings.Networks)
    await t.api.run({ method: 'POST', path: `/networks/${network}/disconnect`, body: { Container: Id, Force: true }, signal: never })
    await untilSeen(t.driver, app.name, ({ address }) => address === null)
    await untilSeen(t.driver, app.name, ({ address, health }) => address !== null && health === 'healthy')
    expect((await inspect(app)).NetworkSettings.Networks[network!]!.Aliases).toEqual(expect.arrayContaining(app.names))
    // Also when the network itself is gone: it is made anew as it was asked for, not as strict as can be.
    await t.api.run({ method: 'POST', path: `/networks/${network}/disconnect`, body: { Container: Id, Force: true }, signal: never })
    await t.api.run({ method: 'DELETE', path: `/networks/${network}`, signal: never })
    await untilSeen(t.driver, app.name, ({ address }) => address === null)
    await untilSeen(t.driver, app.name, ({ address, health }) => address !== null && health === 'healthy')
    expect((await inspect(app)).NetworkSettings.Networks[network!]!.Aliases).toEqual(expect.arrayContaining(app.names))
    await t.api.run({ method: 'POST', path: `/containers/${Id}/pause`, signal: never })
    expect((await untilSeen(t.driver, app.name, ({ healthMessage }) => healthMessage !== null)).healthMessage).toContain(`docker unpause easel-${app.name}`)
    await t.api.run({ method: 'POST', path: `/containers/${Id}/unpause`, signal: never })
    await untilSeen(t.driver, app.name, isHealthy)
  })

  test('renamed goes on, is not made twice, and is removed', async () => {
    const app = await start(t.workload('serves'))
    const { Id } = await inspect(app)
    await t.api.run({ method: 'POST', path: `/containers/${Id}/rename`, query: { name: `by-hand-${t.mark}` }, signal: never })
    await t.driver.apply(app, never)
    expect(await find(t.driver, app.name)).toMatchObject({ restarts: 0, exit: null })
    await t.driver.remove(app, 500, never)
    await expect(t.api.json({ method: 'GET', path: `/containers/${Id}/json`, signal: never }, Inspected)).rejects.toMatchObject({ code: 'not_found' })
    expect(await t.driver.observe(null, never)).toEqual([])
  })
})

describe('a container that the engine does not make', () => {
  test('because its image says nothing to start is said to programs and to people', async () => {
    const image = `easel-tests/empty:${t.mark}`
    await t.api.run({ method: 'POST', path: '/images/create', query: { fromSrc: '-', repo: 'easel-tests/empty', tag: t.mark }, body: Buffer.alloc(1024), headers: { 'content-type': 'application/x-tar' }, signal: never })
    try {
      const made = t.workload('serves')
      const app = { ...made, start: { kind: 'image', image, argv: null, entrypoint: null, cwd: null, pull: null } as unknown as Workload['start'] }
      await expect(t.driver.apply(app, never)).rejects.toMatchObject({ detail: { reason: 'no_start_command' }, message: expect.stringContaining('Set a start command') })
    } finally {
      await t.api.run({ method: 'DELETE', path: `/images/${image}`, signal: never })
    }
  })

  test('is seen as ended, with what the engine said', async () => {
    const made = t.workload('serves')
    const app = { ...made, limits: { ...made.limits, cpuMilli: 256_000 } }
    await expect(t.driver.apply(app, never)).rejects.toMatchObject({ code: 'invalid_input' })
    const said = expect.stringContaining('Range of CPUs')
    expect(await find(t.driver, app.name)).toMatchObject({ phase: 'exited', healthMessage: said, exit: { code: null, signal: null, why: said } })
    await start(made)
  })
})

describe('an image that somebody removed', () => {
  const gone = `easel-tests/gone@sha256:${'0'.repeat(64)}`

  test('and that no registry has is said to programs and to people', async () => {
    const made = t.workload('serves')
    const app = { ...made, start: { ...made.start, image: 'sha256:'.padEnd(71, 'e') } as Workload['start'] }
    await expect(t.driver.apply(app, never)).rejects.toMatchObject({ code: 'not_found', detail: { reason: 'artifact_missing' }, message: expect.stringMatching(/Deploy again/) })
  })

  test('and that cannot be fetched again is said as well', async () => {
    const made = t.workload('serves')
    const app = { ...made, start: { ...made.start, image: `127.0.0.1:1/${gone}`, pull: { auth: null } } as Workload['start'] }
    await expect(t.driver.apply(app, never)).rejects.toMatchObject({ code: 'not_found', detail: { reason: 'artifact_missing' }, message: expect.stringMatching(/could not be fetched again/) })
  })
})

describe.skipIf(!hasRegistry)('an image that somebody removed and that a registry has', () => {
  test('is fetched again', async () => {
    const registry = await startRegistry(true)
    const repository = `${registry.address}/easel-tests/${t.mark}`
    const auth = { server: registry.address, username: 'easel', password: PASSWORD }
    try {
      // Next to nothing, so that it is sent quickly: an archive without files, and a word of this test.
      const changes = `LABEL easel.tests=${t.mark}`
      await t.api.run({ method: 'POST', path: '/images/create', query: { fromSrc: '-', repo: repository, tag: 'one', changes }, body: Buffer.alloc(1024), headers: { 'content-type': 'application/x-tar' }, signal: never })
      const push = await t.api.stream({ method: 'POST', path: `/images/${repository}/push`, query: { tag: 'one' }, headers: authHeader(auth), signal: never })
      for await (const { error } of readJsonLines(push, z.object({ error: z.string().optional() }))) expect(error).toBeUndefined()
      const { RepoDigests } = await t.api.json({ method: 'GET', path: `/images/${repository}:one/json`, signal: never }, z.object({ RepoDigests: z.array(z.string()) }))
      const image = RepoDigests.find((each) => each.startsWith(repository))!
      await t.api.run({ method: 'DELETE', path: `/images/${repository}:one`, signal: never })
      await expect(t.api.run({ method: 'GET', path: `/images/${image}/json`, signal: never })).rejects.toMatchObject({ code: 'not_found' })
      const made = t.workload('serves')
      const asked = (password: string) => ({ ...made, start: { ...made.start, image, pull: { auth: { ...auth, password } } } as Workload['start'] })
      await expect(t.driver.apply(asked('wrong'), never)).rejects.toMatchObject({ detail: { reason: 'artifact_missing' } })
      await t.driver.apply(asked(PASSWORD), never)
      // There is no program in it; that it was looked for says that the image is back.
      expect(await untilSeen(t.driver, made.name, hasExited)).toMatchObject({ exit: { code: 127 } })
      await t.driver.remove(made, 500, never)
      await t.api.run({ method: 'DELETE', path: `/images/${image}`, signal: never })
    } finally {
      await registry.stop()
    }
  })
})

describe('a name of ours that somebody else has', () => {
  test('is a conflict that says what to do; what has it is left alone', async () => {
    const app = t.workload('serves')
    const { Id } = await t.api.json({ method: 'POST', path: '/containers/create', query: { name: `easel-${app.name}` }, body: { Image: NODE_IMAGE }, signal: never }, Created)
    try {
      await expect(t.driver.apply(app, never)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(`docker rename easel-${app.name}`) })
      await t.driver.remove(app, 500, never)
      expect(await inspect(app)).toMatchObject({ Id })
      expect(await t.driver.observe(t.environmentId, never)).toEqual([])
    } finally {
      await removeContainer(Id)
    }
    await start(app)
  })

  test('such as a network is one too', async () => {
    const name = `easel-env-${t.mark}`
    await t.api.run({ method: 'POST', path: '/networks/create', body: { Name: name, Driver: 'bridge', IPAM: { Config: [{ Subnet: `10.255.${Number.parseInt(t.mark.slice(-2), 16)}.0/28` }] } }, signal: never })
    try {
      await expect(t.driver.ensureNetwork(t.environmentId, { linksOnly: false }, never)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(`docker network rm ${name}`) })
      await t.driver.forgetEnvironment(t.environmentId, never)
      await t.api.json({ method: 'GET', path: `/networks/${name}`, signal: never }, z.looseObject({}))
    } finally {
      await t.api.run({ method: 'DELETE', path: `/networks/${name}`, signal: never })
    }
  })
})

describe('a worker that died', () => {
  const job = () => t.workload('works', { role: 'job', part: 'run_1', port: null, health: null })

  /** A job that was made, as far as its worker came. */
  async function halfway(app: Workload, begun: boolean): Promise<string> {
    await t.driver.apply(app, never)
    const folder = runFolder(t.folder, app.name)
    const state = readState(folder)!
    // As it was before the start: a container of the same kind, and what had been written down.
    await removeContainer(state.container!)
    const body = { Image: NODE_IMAGE, Cmd: ['node', '-e', '0'], HostConfig: { NetworkMode: 'none' }, Labels: { 'easel.instance': t.mark, 'easel.target': 'tgt_1', 'easel.name': app.name, 'easel.role': 'job', 'easel.environment': app.environmentId } }
    const { Id } = await t.api.json({ method: 'POST', path: '/containers/create', query: { name: `easel-${app.name}` }, body, signal: never }, Created)
    writeState(folder, { ...state, container: begun ? Id : null })
    return Id
  }

  test.each([true, false])('before it had started a job leaves it to the next; written down: %s', async (begun) => {
    const app = job()
    const id = await halfway(app, begun)
    expect(await find(t.driver, app.name)).toBeUndefined()
    await t.driver.apply(app, never)
    expect(await untilSeen(t.driver, app.name, ({ phase }) => phase !== 'starting')).toMatchObject({ restarts: 0 })
    expect((await inspect(app)).Id === id).toBe(!begun)
  })

  test('while its start was under way does not make it run twice', async () => {
    const app = job()
    const id = await halfway(app, true)
    // What the dead worker had sent arrives just as the next one has found that nothing had been started.
    const { api } = t
    const late = { ...api, run: async (request: Parameters<typeof api.run>[0]) => {
      if (request.method === 'DELETE' && request.path.includes(id)) {
        await api.run({ method: 'POST', path: `/containers/${id}/start`, signal: never })
        await api.json({ method: 'POST', path: `/containers/${id}/wait`, signal: never }, z.looseObject({}))
      }
      return api.run(request)
    } }
    const driver = t.openDriver({ api: late })
    await driver.apply(app, never)
    expect(await untilSeen(driver, app.name, hasExited)).toMatchObject({ exit: { code: null, signal: null, byPlatform: false }, restarts: 0 })
    await driver.apply(app, never)
    await expect(inspect(app)).rejects.toMatchObject({ code: 'not_found' })
    await driver.close()
  })

  test('with its folder leaves what can still be seen, ended and removed', async () => {
    const app = await start(t.workload('serves'))
    const { rmSync } = await import('node:fs')
    const driver = await t.reopen()
    rmSync(runFolder(t.folder, app.name).path, { recursive: true })
    expect(await find(driver, app.name)).toMatchObject({ environmentId: app.environmentId, serviceId: app.serviceId, deploymentId: app.deploymentId, generation: 1, part: '0', role: 'service' })
    await driver.apply(app, never)
    await untilSeen(driver, app.name, isHealthy)
    await driver.remove(app, 1_000, never)
    expect(await driver.observe(null, never)).toEqual([])
  })
})
