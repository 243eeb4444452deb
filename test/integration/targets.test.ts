import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'

import { deploymentCreate } from '../../lib/contract/deployment'
import { environmentCreate, environmentDelete, environmentUpdate, projectCreate } from '../../lib/contract/project'
import { serviceCreate, serviceDelete, serviceGet, serviceUpdate, variableReplace } from '../../lib/contract/service'
import { ServiceSettings } from '../../lib/contract/service-settings'
import { targetCheck, targetCreate, targetDelete, targetGet, targetList, targetPrefer, targetUpdate } from '../../lib/contract/target'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { AppError } from '../../lib/errors'
import { newId } from '../../lib/ids'
import { log } from '../../lib/log'
import { outputsOf } from '../../lib/provisioning/everywhere'
import { fakeDriver, type FakeControls } from '../../lib/provisioning/runtime/fake/fake-driver'
import type { RuntimeDriver } from '../../lib/provisioning/runtime/driver'
import { checkTargets, offerDockerOfThisMachine } from '../../lib/worker/check-targets'
import { lookAtEverything } from '../../lib/worker/sweep'
import { makeTargets, type DockerPlace } from '../../lib/worker/targets'
import { tellTargets } from '../../lib/worker/tell-targets'
import { engineForTest, lookNow, type TestEngine } from '../harness/engine'

// Several targets on one instance: the fake runtime of the other tests is the machine itself, and every Docker target that
// is added gets a fake runtime of its own, with a network for each environment.

type Machine = RuntimeDriver & FakeControls & { /** While set, it says this instead of answering. */ away: string | null; networkTrouble: string | null; place: DockerPlace; networks: Map<string, boolean>; isClosed: boolean }

const never = new AbortController().signal
const SSH = { kind: 'ssh' as const, host: 'build-1.example.com', user: 'easel' }

let t: TestEngine
let machines: Map<string, Machine>
let drawn = 0
beforeEach(async () => {
  t = await engineForTest()
  machines = new Map()
  const makers = { process: () => ({ driver: t.engine.driver, images: null }), docker: (place: DockerPlace) => ({ driver: machine(place), images: null }) }
  t.engine.targets = makeTargets({ db: t.engine.db, seal: t.engine.seal, log, makers })
})
afterEach(async () => {
  await t.engine.targets.close()
  await t.close()
})

function machine(place: DockerPlace): Machine {
  const fake = fakeDriver({ directory: join(t.engine.paths.workloads, place.id), capabilities: { isolation: 'network', limits: true, ports: 'workload' } })
  const answering = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => (...args: A): Promise<R> => {
    const { away } = machines.get(place.id)!
    return away === null ? call(...args) : Promise.reject(new AppError('unavailable', away))
  }
  const made: Machine = {
    ...fake,
    probe: answering(async () => ({ ok: true as const, version: '27.1.1' })),
    observe: answering(fake.observe),
    apply: answering(fake.apply),
    stop: answering(fake.stop),
    remove: answering(fake.remove),
    forget: answering(fake.forget),
    logFiles: answering(fake.logFiles),
    ensureNetwork: answering(async (environmentId, { linksOnly }) => {
      if (made.networkTrouble !== null) throw new AppError('conflict', made.networkTrouble)
      made.networks.set(environmentId, linksOnly)
    }),
    forgetEnvironment: answering(async (environmentId) => void made.networks.delete(environmentId)),
    close: async () => void (made.isClosed = true),
    away: null,
    networkTrouble: null,
    place,
    networks: new Map(),
    isClosed: false,
  }
  machines.set(place.id, made)
  return made
}

/** A Docker target, and an environment on it. */
async function addTarget(name = 'build-1'): Promise<{ targetId: string; environmentId: string; projectId: string; machine: Machine }> {
  const { id: targetId } = await t.call(targetCreate, { organizationId: t.organizationId, name, connection: SSH }, { as: t.as })
  await t.engine.targets.all()
  const project = await t.call(projectCreate, { name: `On ${name}`, targetId }, { as: t.as })
  return { targetId, projectId: project.id, environmentId: project.environments[0]!.id, machine: machines.get(targetId)! }
}

async function draw(environmentId: string, name: string, settings: Partial<ServiceSettings> = {}): Promise<{ id: string; privateUrl: string }> {
  const { folder } = await t.service(`source-of-${name}-${++drawn}`)
  return t.call(serviceCreate, { environmentId, name, source: { type: 'local', path: folder }, settings: ServiceSettings.parse(settings) }, { as: t.as })
}
const deploy = async (serviceId: string) => (await t.call(deploymentCreate, { serviceId }, { as: t.as })).id
const troubleOf = async (id: string) => (await t.database.sql<{ trouble: { message: string } | null }[]>`select trouble from environments where id = ${id}`)[0]!.trouble
const seenOn = async (driver: RuntimeDriver) => (await driver.observe(null, never)).map((seen) => seen.deploymentId)

describe('environments', () => {
  it('run on their own target, and nothing of them on another', async () => {
    const there = await addTarget()
    const local = await t.deploy(await t.service('web'))
    const remote = await deploy((await draw(there.environmentId, 'api')).id)
    await t.settle()
    expect(await t.outcome(remote)).toMatchObject({ status: 'active' })
    expect(await seenOn(there.machine)).toEqual([remote])
    expect(await seenOn(t.engine.driver)).toEqual([local])
  })

  it('begin on the default of the organization, and on the one that is named', async () => {
    const { targetId } = await addTarget()
    const first = await t.call(projectCreate, { name: 'First' }, { as: t.as })
    expect(first.environments[0]!.target).toEqual({ id: BUILT_IN_TARGETS.process, name: 'Processes on this machine', kind: 'process' })
    expect(await t.call(targetPrefer, { organizationId: t.organizationId, targetId }, { as: t.as })).toMatchObject({ isDefault: true })
    const second = await t.call(projectCreate, { name: 'Second' }, { as: t.as })
    expect(second.environments[0]!.target).toMatchObject({ id: targetId, kind: 'docker' })
    const staging = await t.call(environmentCreate, { projectId: second.id, name: 'staging', targetId: BUILT_IN_TARGETS.process }, { as: t.as })
    expect(staging.target.kind).toBe('process')
    expect((await t.call(targetList, { organizationId: t.organizationId }, { as: t.as })).items.filter((target) => target.isDefault).map((target) => target.id)).toEqual([targetId])
    expect(await tellTargets(t.engine.db)).toEqual(['New projects run on build-1, as chosen in Settings → Targets.'])
  })

  it('are told the port that was set, or that an image says', async () => {
    const { environmentId } = await addTarget()
    const chosen = await draw(environmentId, 'chosen', { containerPort: 3000 })
    expect(chosen.privateUrl).toBe('http://chosen:3000')
    const plain = await draw(environmentId, 'plain')
    await deploy(plain.id)
    await t.settle()
    const portsOf = async (ports: number[]) => {
      await t.database.sql`update artifacts set kind = 'image', image = jsonb_build_object('ports', ${JSON.stringify(ports)}::text::jsonb) where service_id = ${plain.id}`
      return (await t.call(serviceGet, { serviceId: plain.id }, { as: t.as })).privateUrl
    }
    expect(await portsOf([80, 443])).toBe('http://plain:80')
    expect(await portsOf([80, 8080])).toBe('http://plain:8080')
    expect(await portsOf([])).toBe('http://plain:8080')
  })

  it('are told by their own network there: names, a port of the container, an address to listen on', async () => {
    const { environmentId, machine: docker } = await addTarget()
    const api = await draw(environmentId, 'My API')
    const web = await draw(environmentId, 'web', { limits: { memoryMib: 256, cpuMilli: 500, pids: 100 }, readOnly: true })
    expect(api.privateUrl).toBe('http://my-api:8080')
    await t.call(variableReplace, { serviceId: web.id, variables: { API: '${{"My API".URL}}' } }, { as: t.as })
    await deploy(api.id)
    const deployment = await deploy(web.id)
    await t.settle()
    const workload = docker.applied(deployment)!
    expect(workload).toMatchObject({ names: ['web'], reaches: [api.id], port: 8080, readOnly: true, limits: { memoryMib: 256, cpuMilli: 500, pids: 100 } })
    expect(workload.env).toMatchObject({ API: 'http://my-api:8080', HOST: '0.0.0.0', PORT: '8080', EASEL_PRIVATE_URL: 'http://web:8080' })
    expect(docker.networks.get(environmentId)).toBe(false)
    const rows = await t.database.sql`select port from ports where purpose = 'workload'`
    expect(rows).toEqual([])
  })

  it('keep apart what is not linked, when they are asked to', async () => {
    const { environmentId, machine: docker } = await addTarget()
    await t.call(environmentUpdate, { environmentId, linksOnly: true }, { as: t.as })
    const api = await draw(environmentId, 'api')
    const web = await draw(environmentId, 'web')
    await t.call(variableReplace, { serviceId: web.id, variables: { API: '${{api.URL}}' } }, { as: t.as })
    const [first, second] = [await deploy(api.id), await deploy(web.id)]
    await t.settle()
    expect(docker.applied(first)!.reaches).toEqual([])
    expect(docker.applied(second)!.reaches).toEqual([api.id])
    expect(docker.networks.get(environmentId)).toBe(true)
    await t.call(environmentUpdate, { environmentId, linksOnly: false }, { as: t.as })
    await t.settle()
    expect(docker.networks.get(environmentId)).toBe(false)
  })

  it('whose network is in the way of somebody say so, and go on', async () => {
    const { environmentId, machine: docker } = await addTarget()
    const deployment = await deploy((await draw(environmentId, 'api')).id)
    await t.settle()
    docker.networkTrouble = 'Somebody else is in it.'
    await t.call(environmentUpdate, { environmentId, linksOnly: true }, { as: t.as })
    await t.settle()
    expect((await troubleOf(environmentId))?.message).toBe('Its network could not be kept as it should be. Somebody else is in it.')
    expect(await t.outcome(deployment)).toMatchObject({ status: 'active' })
    docker.networkTrouble = null
    await lookAtEverything(t.engine)
    await t.settle()
    expect(await troubleOf(environmentId)).toBeNull()
    expect(docker.networks.get(environmentId)).toBe(true)
  })

  it('leave nothing on their target when they are deleted', async () => {
    const { projectId, environmentId, machine: docker } = await addTarget()
    await t.call(environmentCreate, { projectId, name: 'other' }, { as: t.as })
    await deploy((await draw(environmentId, 'api')).id)
    await t.settle()
    expect([...docker.networks.keys()]).toEqual([environmentId])
    await t.call(environmentDelete, { environmentId }, { as: t.as })
    await t.settle()
    expect(await seenOn(docker)).toEqual([])
    expect([...docker.networks.keys()]).toEqual([])
    expect(await t.database.sql`select id from environments where id = ${environmentId}`).toEqual([])
  })

  it('that no row names any more are cleaned up wherever they are', async () => {
    const { machine: docker, environmentId } = await addTarget()
    const deployment = await deploy((await draw(environmentId, 'api')).id)
    await t.settle()
    const stray = { ...docker.applied(deployment)!, name: 'dep-stray', environmentId: newId('environment'), serviceId: newId('service'), deploymentId: 'dep_stray' }
    await docker.apply(stray, never)
    await lookAtEverything(t.engine)
    await t.settle({ forMs: 120_000 })
    expect(await seenOn(docker)).toEqual([deployment])
  })
})

describe('a target that is away', () => {
  it('hinders nobody else: its environments say so, the others go on, and it heals', async () => {
    const first = await addTarget('build-1')
    const second = await addTarget('build-2')
    first.machine.away = 'build-1.example.com does not answer.'
    const stuck = await deploy((await draw(first.environmentId, 'api')).id)
    const remote = await deploy((await draw(second.environmentId, 'api')).id)
    const local = await t.deploy(await t.service('web'))
    await lookAtEverything(t.engine)
    await t.settle()
    expect((await troubleOf(first.environmentId))?.message).toBe('It could not be looked at. build-1.example.com does not answer.')
    expect(await troubleOf(second.environmentId)).toBeNull()
    expect(await troubleOf(t.environmentId)).toBeNull()
    for (const id of [remote, local]) expect(await t.outcome(id)).toMatchObject({ status: 'active' })
    expect(await t.outcome(stuck)).toMatchObject({ status: 'releasing' })

    first.machine.away = null
    await t.settle({ forMs: 30_000 })
    expect(await t.outcome(stuck)).toMatchObject({ status: 'active' })
    expect(await troubleOf(first.environmentId)).toBeNull()
  })

  it('does not silence the logs of the others, and its own files are not taken for gone', async () => {
    const { environmentId, machine: docker } = await addTarget()
    const remote = await deploy((await draw(environmentId, 'api')).id)
    const local = await t.deploy(await t.service('web'))
    await t.settle()
    const outputs = outputsOf(t.engine)
    const ids = async () => [...new Set((await outputs.logFiles(never)).map((file) => file.deploymentId))].sort()
    expect(await ids()).toEqual([remote, local].sort())
    docker.away = 'It is away.'
    expect(await ids()).toEqual([remote, local].sort())
  })

  it('keeps what was deleted in sight until it can be cleaned up', async () => {
    const { targetId, projectId, environmentId, machine: docker } = await addTarget()
    await t.call(environmentCreate, { projectId, name: 'other', targetId: BUILT_IN_TARGETS.process }, { as: t.as })
    await deploy((await draw(environmentId, 'api')).id)
    await t.settle()
    docker.away = 'It is away.'
    await t.call(environmentDelete, { environmentId }, { as: t.as })
    await t.settle()
    await expect(t.call(targetDelete, { organizationId: t.organizationId, targetId }, { as: t.as })).rejects.toThrow('On build-1 / production is still being removed from build-1.')
    docker.away = null
    await t.settle({ forMs: 30_000 })
    expect(await seenOn(docker)).toEqual([])
    await t.call(targetDelete, { organizationId: t.organizationId, targetId }, { as: t.as })
  })
})

describe('the choice of a target', () => {
  it('can be changed until something was deployed', async () => {
    const { targetId, machine: docker } = await addTarget()
    const service = await draw(t.environmentId, 'web')
    expect(await t.call(environmentUpdate, { environmentId: t.environmentId, targetId }, { as: t.as })).toMatchObject({ target: { id: targetId, name: 'build-1' } })
    const deployment = await deploy(service.id)
    await t.settle()
    expect(await seenOn(docker)).toEqual([deployment])
    await expect(t.call(environmentUpdate, { environmentId: t.environmentId, targetId: BUILT_IN_TARGETS.process }, { as: t.as })).rejects.toMatchObject({
      code: 'not_now',
      message: 'web has been deployed to build-1, and builds cannot move to Processes on this machine. Add an environment on Processes on this machine, or delete what was deployed first.',
    })
    await t.call(serviceDelete, { serviceId: service.id }, { as: t.as })
    await t.settle()
    expect(await t.call(environmentUpdate, { environmentId: t.environmentId, targetId: BUILT_IN_TARGETS.process }, { as: t.as })).toMatchObject({ target: { kind: 'process' } })
  })

  it('is refused when settings do not fit', async () => {
    const { environmentId } = await addTarget()
    const service = await draw(environmentId, 'api', { limits: { memoryMib: 256, cpuMilli: null, pids: null } })
    await expect(t.call(environmentUpdate, { environmentId, targetId: BUILT_IN_TARGETS.process }, { as: t.as })).rejects.toThrow('The settings of api do not fit Processes on this machine: limits.memoryMib.')
    const local = await t.service('web')
    const settings = ServiceSettings.parse({ readOnly: true })
    await expect(t.call(serviceUpdate, { serviceId: local.id, settings }, { as: t.as })).rejects.toMatchObject({ code: 'invalid_input', fields: { 'settings.readOnly': expect.stringContaining('Docker target') as string } })
    await expect(t.call(environmentUpdate, { environmentId: t.environmentId, linksOnly: true }, { as: t.as })).rejects.toMatchObject({ fields: { linksOnly: expect.stringContaining('Choose a Docker target') as string } })
    await t.call(serviceUpdate, { serviceId: service.id, settings }, { as: t.as })
    expect((await t.call(serviceGet, { serviceId: service.id }, { as: t.as })).settings.readOnly).toBe(true)
  })
})

describe('targets of another organization', () => {
  it('are not found, whatever is asked of them', async () => {
    const foreign = newId('target')
    const organization = newId('organization')
    await t.database.sql`insert into organizations (id, name, slug) values (${organization}, 'Elsewhere', 'elsewhere')`
    await t.database.sql`insert into targets (id, organization_id, name, kind) values (${foreign}, ${organization}, 'theirs', 'docker')`
    const here = { organizationId: t.organizationId, targetId: foreign }
    const project = await t.call(projectCreate, { name: 'Mine' }, { as: t.as })
    const calls = [
      t.call(targetGet, here, { as: t.as }),
      t.call(targetUpdate, { ...here, name: 'mine' }, { as: t.as }),
      t.call(targetDelete, here, { as: t.as }),
      t.call(targetCheck, here, { as: t.as }),
      t.call(targetPrefer, here, { as: t.as }),
      t.call(projectCreate, { name: 'On theirs', targetId: foreign }, { as: t.as }),
      t.call(environmentCreate, { projectId: project.id, name: 'theirs', targetId: foreign }, { as: t.as }),
      t.call(environmentUpdate, { environmentId: t.environmentId, targetId: foreign }, { as: t.as }),
    ]
    for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ status: 'rejected', reason: { code: 'not_found' } })
    expect((await t.call(targetList, { organizationId: t.organizationId }, { as: t.as })).items.map((target) => target.name)).toEqual(['Processes on this machine'])
  })
})

test('a machine that never answers again is given up together with what is being deleted there, and only that', async () => {
  const { targetId, projectId, environmentId, machine: docker } = await addTarget()
  const here = { organizationId: t.organizationId, targetId, abandon: true }
  await t.call(environmentCreate, { projectId, name: 'other', targetId: BUILT_IN_TARGETS.process }, { as: t.as })
  await deploy((await draw(environmentId, 'api')).id)
  await t.settle()
  await checkTargets(t.engine)
  docker.away = 'It burned down.'
  await t.call(environmentDelete, { environmentId }, { as: t.as })
  await t.settle()
  await expect(t.call(targetDelete, here, { as: t.as })).rejects.toThrow('build-1 answers')
  await t.call(targetCheck, { organizationId: t.organizationId, targetId }, { as: t.as })
  await checkTargets(t.engine)
  await t.call(targetDelete, here, { as: t.as })
  await t.settle({ forMs: 30_000 })
  expect(await t.database.sql`select id from environments where id = ${environmentId}`).toEqual([])
  expect(await t.database.sql`select name from workloads where environment_id = ${environmentId}`).toEqual([])
})

test('names that become the same address are refused where services reach each other by name', async () => {
  const { environmentId, targetId } = await addTarget()
  await draw(environmentId, 'My API')
  await expect(draw(environmentId, 'my-api')).rejects.toMatchObject({ code: 'conflict' })
  const web = await draw(environmentId, 'web')
  await expect(t.call(serviceUpdate, { serviceId: web.id, name: 'MY  api' }, { as: t.as })).rejects.toMatchObject({ code: 'conflict' })
  await t.call(serviceUpdate, { serviceId: web.id, name: 'Web' }, { as: t.as })
  for (const name of ['Shop One', 'shop-one']) await draw(t.environmentId, name)
  await expect(t.call(environmentUpdate, { environmentId: t.environmentId, targetId }, { as: t.as })).rejects.toThrow('would be that of another service')
})

test('a target in use is not deleted, and says what uses it; one that is not used goes with its driver', async () => {
  const { targetId, projectId, environmentId, machine: docker } = await addTarget()
  const here = { organizationId: t.organizationId, targetId }
  await expect(t.call(targetDelete, here, { as: t.as })).rejects.toMatchObject({ code: 'not_now', message: expect.stringContaining('build-1 is used by On build-1 / production.') as string })
  await t.call(environmentCreate, { projectId, name: 'other', targetId: BUILT_IN_TARGETS.process }, { as: t.as })
  await t.call(environmentDelete, { environmentId }, { as: t.as })
  await t.settle()
  await t.call(targetPrefer, here, { as: t.as })
  await t.call(targetDelete, here, { as: t.as })
  await t.engine.targets.all()
  expect(docker.isClosed).toBe(true)
  expect((await t.call(projectCreate, { name: 'After' }, { as: t.as })).environments[0]!.target.kind).toBe('process')
  await expect(t.call(targetDelete, { ...here, targetId: BUILT_IN_TARGETS.process }, { as: t.as })).rejects.toThrow('belongs to this instance')
})

test('names are used once, whatever their case', async () => {
  const { targetId } = await addTarget()
  await expect(t.call(targetCreate, { organizationId: t.organizationId, name: 'BUILD-1', connection: SSH }, { as: t.as })).rejects.toMatchObject({ code: 'conflict' })
  expect(await t.call(targetUpdate, { organizationId: t.organizationId, targetId, name: 'Build-1' }, { as: t.as })).toMatchObject({ name: 'Build-1' })
})

test('a check is done by the worker, which writes what it finds', async () => {
  const { targetId, machine: docker } = await addTarget()
  const here = { organizationId: t.organizationId, targetId }
  expect(await t.call(targetGet, here, { as: t.as })).toMatchObject({ isBeingChecked: true, seen: null })
  await checkTargets(t.engine)
  expect(await t.call(targetGet, here, { as: t.as })).toMatchObject({ isBeingChecked: false, seen: { ok: true, message: 'It is usable.', engineVersion: '27.1.1' } })
  docker.away = 'ssh: connection refused.'
  expect(await t.call(targetCheck, here, { as: t.as })).toMatchObject({ isBeingChecked: true, seen: { ok: true } })
  await checkTargets(t.engine)
  expect(await t.call(targetGet, here, { as: t.as })).toMatchObject({ isBeingChecked: false, seen: { ok: false, message: 'ssh: connection refused.' } })
})

test('a driver is made anew when the way to its target changes, and only then', async () => {
  const { targetId, machine: docker } = await addTarget()
  await t.call(targetUpdate, { organizationId: t.organizationId, targetId, name: 'renamed' }, { as: t.as })
  expect(await t.engine.targets.byId(targetId)).toMatchObject({ name: 'renamed' })
  expect(machines.get(targetId)).toBe(docker)
  await t.call(targetUpdate, { organizationId: t.organizationId, targetId, connection: { ...SSH, host: 'build-9.example.com' } }, { as: t.as })
  await t.engine.targets.byId(targetId)
  expect(machines.get(targetId)!.place.connection).toMatchObject({ host: 'build-9.example.com', privateKey: expect.stringContaining('PRIVATE KEY') as string })
  expect(machines.get(targetId)!.place.connection).toMatchObject({ privateKey: (docker.place.connection as { privateKey: string }).privateKey })
  expect(docker.isClosed).toBe(true)
})

describe('a connection', () => {
  let folder: string
  const pem = (name: string) => readFileSync(join(folder, name), 'utf8')
  const make = (name: string) => execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`), '-days', '2', '-subj', `/CN=${name}`], { stdio: 'ignore' })
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'easel-pem-'))
    mkdirSync(folder, { recursive: true })
    make('client')
    make('other')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('over TLS is kept with its key, which is never answered', async () => {
    const tls = { ca: pem('other.pem'), certificate: pem('client.pem'), key: pem('client.key') }
    const target = await t.call(targetCreate, { organizationId: t.organizationId, name: 'tls', connection: { kind: 'tcp', host: '192.0.2.7', tls } }, { as: t.as })
    expect(target.connection).toMatchObject({ kind: 'tcp', host: '192.0.2.7', port: 2376, tls: { subject: 'CN=client' } })
    expect(JSON.stringify(target)).not.toContain('PRIVATE KEY')
    const [row] = await t.database.sql<{ sealed: string }[]>`select connection_sealed as sealed from targets where id = ${target.id}`
    expect(row!.sealed).not.toContain('PRIVATE KEY')
    await t.engine.targets.byId(target.id)
    expect(machines.get(target.id)!.place.connection).toEqual({ kind: 'tcp', host: '192.0.2.7', port: 2376, tls })
  })

  it.each([
    ['without proof of who the engine is', () => undefined, 'connection.tls'],
    ['with another key', () => ({ ca: pem('other.pem'), certificate: pem('client.pem'), key: pem('other.key') }), 'connection.tls.key'],
    ['with a damaged certificate', () => ({ ca: pem('other.pem').replace(/[A-Z]{6}/, 'aaaaaa').slice(0, 200) + '\n-----END CERTIFICATE-----', certificate: pem('client.pem'), key: pem('client.key') }), 'connection.tls.ca'],
    ['with something that is no PEM', () => ({ ca: 'x', certificate: pem('client.pem'), key: pem('client.key') }), 'connection.tls.ca'],
  ])('over TLS %s is refused on the field to change', async (_, tls, field) => {
    const connection = { kind: 'tcp' as const, host: '192.0.2.7', tls: tls() }
    await expect(t.call(targetCreate, { organizationId: t.organizationId, name: 'tls', connection }, { as: t.as })).rejects.toMatchObject({ code: 'invalid_input', fields: { [field]: expect.any(String) as string } })
  })

  it('over SSH gets a key of its own, whose public part is shown; a key that is no key is refused', async () => {
    const target = await t.call(targetCreate, { organizationId: t.organizationId, name: 'ssh', connection: SSH }, { as: t.as })
    expect(target.connection).toMatchObject({ kind: 'ssh', port: 22, publicKey: expect.stringMatching(/^ssh-ed25519 \S+ easel-ssh$/) as string })
    for (const bad of [{ privateKey: 'nonsense' }, { host: '-oProxyCommand=x' }, { user: '-l root' }, { hostKey: 'nonsense' }]) {
      await expect(t.call(targetCreate, { organizationId: t.organizationId, name: 'bad', connection: { ...SSH, ...bad } }, { as: t.as })).rejects.toMatchObject({ code: 'invalid_input', fields: { [`connection.${Object.keys(bad)[0]!}`]: expect.any(String) as string } })
    }
  })
})

describe('the engine of this machine', () => {
  const at = (host: string) => ({ host, certificates: null, sockets: [] })
  const docker = async () => (await t.call(targetList, { organizationId: t.organizationId }, { as: t.as })).items.find((target) => target.id === BUILT_IN_TARGETS.docker)

  it('is offered when one answers, and follows it while nothing is on it', async () => {
    await offerDockerOfThisMachine(t.engine, at('unix:///nowhere.sock'), async () => null)
    expect(await docker()).toBeUndefined()
    expect(await tellTargets(t.engine.db)).toEqual(['New projects run as processes of this machine; no Docker engine was found.'])

    await offerDockerOfThisMachine(t.engine, at('unix:///run/one.sock'), async () => '27.1.1')
    await checkTargets(t.engine)
    expect(await docker()).toMatchObject({ name: 'Docker on this machine', isBuiltIn: true, connection: { kind: 'socket', path: '/run/one.sock' }, seen: { ok: true, engineVersion: '27.1.1' } })
    expect((await tellTargets(t.engine.db))[0]).toContain('Docker 27.1.1 was found: choose Docker on this machine in Settings')

    machines.get(BUILT_IN_TARGETS.docker)!.away = 'The engine was stopped.'
    await t.call(targetCheck, { organizationId: t.organizationId, targetId: BUILT_IN_TARGETS.docker }, { as: t.as })
    await checkTargets(t.engine)
    expect(await docker()).toMatchObject({ seen: { ok: false, message: 'The engine was stopped.' } })
    await offerDockerOfThisMachine(t.engine, at('unix:///run/two.sock'), async () => '28.0.0')
    await checkTargets(t.engine)
    expect(await docker()).toMatchObject({ connection: { path: '/run/two.sock' }, seen: { ok: true } })
  })

  it('is not exchanged for another one under what runs on it', async () => {
    await offerDockerOfThisMachine(t.engine, at('unix:///run/one.sock'), async () => '27.1.1')
    await t.call(projectCreate, { name: 'On Docker', targetId: BUILT_IN_TARGETS.docker }, { as: t.as })
    await offerDockerOfThisMachine(t.engine, at('unix:///run/two.sock'), async () => '28.0.0')
    expect(await docker()).toMatchObject({ connection: { path: '/run/one.sock' } })
  })
})

test('hints of every target ask for a look, those of targets that came later too', async () => {
  const heard: string[] = []
  const unwatch = t.engine.targets.watch((id) => heard.push(id))
  const { environmentId } = await addTarget()
  await deploy((await draw(environmentId, 'api')).id)
  await t.settle()
  expect(new Set(heard)).toEqual(new Set([environmentId]))
  unwatch()
  heard.length = 0
  await lookNow(t)
  expect(heard).toEqual([])
})
