import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { CONTRACT } from '../../lib/contract'
import { authRegister } from '../../lib/contract/auth'
import type { Entry } from '../../lib/contract/entry'
import { deploymentCreate } from '../../lib/contract/deployment'
import { invitationCreate, sshKeyCreate } from '../../lib/contract/organization'
import { projectCreate } from '../../lib/contract/project'
import { registryCreate } from '../../lib/contract/registry'
import { serviceCreate, variableReplace } from '../../lib/contract/service'
import { storeCreate } from '../../lib/contract/store'
import { targetCreate } from '../../lib/contract/target'
import { groupCreate } from '../../lib/contract/group'
import { volumeCreate } from '../../lib/contract/volume'
import { newId, type Noun } from '../../lib/ids'
import { isAppError } from '../../lib/errors'
import { OPERATIONS } from '../../lib/operations'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

// Coverage by enumeration: whatever is added to the contract is tested here without anyone remembering to.

let t: TestPlatform
let owner: SignedIn
let stranger: SignedIn
let theirs: Record<string, string>

beforeAll(async () => {
  t = await platformForTest()
  owner = await t.owner()
  const organizationId = owner.organization!.id
  const { token } = await t.call(invitationCreate, { organizationId, email: 'guest@example.com', role: 'viewer' }, { as: owner })
  const guest = await t.call(authRegister, { email: 'guest@example.com', password: 'correct horse', name: 'Gil Guest', invitation: token })
  const open = await t.call(invitationCreate, { organizationId, email: 'open@example.com', role: 'viewer' }, { as: owner })
  const { projectId, environmentId } = await t.project(owner)
  const service = await t.call(serviceCreate, { environmentId, source: { type: 'template', template: 'node-service' } }, { as: owner })
  await t.call(variableReplace, { serviceId: service.id, variables: { KEY: 'a secret value' } }, { as: owner })
  const deployment = await t.call(deploymentCreate, { serviceId: service.id }, { as: owner })
  const target = await t.call(targetCreate, { organizationId, name: 'build-1', connection: { kind: 'ssh', host: 'build-1.example.com', user: 'easel' } }, { as: owner })
  const key = await t.call(sshKeyCreate, { organizationId, name: 'deploy' }, { as: owner })
  const registry = await t.call(registryCreate, { organizationId, name: 'images', server: 'ghcr.io', username: 'owner', password: 'a token' }, { as: owner })
  const store = await t.call(storeCreate, { organizationId, name: 'offsite', endpoint: 'https://s3.example.com', bucket: 'snapshots', accessKeyId: 'owner', secret: 'a secret' }, { as: owner })
  const runId = newId('run')
  const snapshotId = newId('snapshot')
  await t.database.sql`insert into snapshots (id, environment_id, source_name, trigger, status) values (${snapshotId}, ${environmentId}, 'data', 'manual', 'failed')`
  await t.database.sql`insert into runs (id, service_id, deployment_id, trigger, status, due_at) values (${runId}, ${service.id}, ${deployment.id}, 'schedule', 'queued', now())`
  const volume = await t.call(volumeCreate, { environmentId, name: 'data' }, { as: owner })
  const group = await t.call(groupCreate, { environmentId, name: 'Backend' }, { as: owner })
  const restoreId = newId('restore')
  await t.database.sql`insert into restores (id, environment_id, snapshot_id, volume_id, is_new, status) values (${restoreId}, ${environmentId}, ${snapshotId}, ${volume.id}, false, 'failed')`
  const rotationId = newId('rotation')
  await t.database.sql`insert into rotations (id, service_id, status) values (${rotationId}, ${service.id}, 'done')`
  const [job] = await t.database.sql<{ id: string }[]>`select 'job_' || id as id from graphile_worker._private_jobs limit 1`
  theirs = { organizationId, projectId, environmentId, serviceId: service.id, deploymentId: deployment.id, runId, snapshotId, restoreId, userId: guest.user.id, invitationId: open.invitation.id, sshKeyId: key.id, registryId: registry.id, storeId: store.id, targetId: target.id, volumeId: volume.id, groupId: group.id, rotationId, jobId: job!.id }
  stranger = await strangerWithOrganization()
})
afterAll(() => t.close())

/** Someone with an organization of their own on the same instance. */
async function strangerWithOrganization(): Promise<SignedIn> {
  const invitation = await t.call(invitationCreate, { organizationId: theirs.organizationId!, email: 'stranger@example.com', role: 'viewer' }, { as: owner })
  const signedIn = await t.call(authRegister, { email: 'stranger@example.com', password: 'correct horse', name: 'Sam Stranger', invitation: invitation.token })
  const [organization] = await t.database.sql`insert into organizations (id, name, slug) values (${newId('organization')}, 'Elsewhere', 'elsewhere') returning id`
  await t.database.sql`delete from members where user_id = ${signedIn.user.id}`
  await t.database.sql`insert into members (organization_id, user_id, role) values (${organization!.id}, ${signedIn.user.id}, 'owner')`
  return signedIn
}

/** An input that passes the schema: real ids of the owner's things, and the least that each other field takes. */
function inputFor(entry: Entry): Record<string, unknown> {
  const schema = z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, unknown>; required?: string[] }
  const given = Object.keys(schema.properties ?? {}).filter((name) => schema.required?.includes(name) || (entry.access.kind === 'permission' && name === entry.access.field))
  return Object.fromEntries(given.map((name) => [name, theirs[name] ?? SAMPLES[name] ?? fail(`${entry.name} has a field ${name} without a sample value: add it to SAMPLES.`)]))
}

const SAMPLES: Record<string, unknown> = {
  isPinned: true,
  plan: { schedule: '@daily', keepCount: 7, keepDays: null },
  name: 'Sample',
  email: 'sample@example.com',
  role: 'viewer',
  source: { type: 'template', template: 'node-service' },
  positions: [],
  items: [],
  number: 1,
  variables: {},
  key: 'KEY',
  connection: { kind: 'ssh', host: 'build-2.example.com', user: 'easel' },
  server: 'registry.example.com',
  username: 'sample',
  password: 'a sample token',
  endpoint: 'https://s3.example.com',
  bucket: 'samples',
  accessKeyId: 'sample',
  secret: 'a sample secret',
  reason: 'A sample reason',
  engine: 'postgres',
  allow: ['203.0.113.7'],
  text: 'KEY=value',
  path: '/data',
  action: 'read',
  confirm: 'data',
  schema: 'public',
  table: 'people',
  column: 'name',
  statement: 'select 1',
}

function fail(message: string): never {
  throw new Error(message)
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    return isAppError(error) ? error.code : `unexpected: ${String(error)}`
  }
}

const scoped = CONTRACT.filter((entry) => entry.access.kind === 'permission')
/** Fields whose sample depends on what is asked for. */
const LISTS: Record<string, () => Record<string, unknown>> = {
  'environment.arrange': () => ({ positions: [{ serviceId: theirs.serviceId, x: 1, y: 1 }] }),
  'change.discard': () => ({ items: [{ serviceId: theirs.serviceId }] }),
  'volume.transfer': () => ({ path: 'file' }),
  'volume.make_folder': () => ({ path: 'folder' }),
  'volume.remove_file': () => ({ path: 'file' }),
}
const withSamples = (entry: Entry) => ({ ...inputFor(entry), ...LISTS[entry.name]?.() })

describe('the contract', () => {
  it('has an operation for every entry, and no operation without one', () => {
    expect([...OPERATIONS.keys()].sort()).toEqual(CONTRACT.map((entry) => entry.name).sort())
  })

  it('gives every entry a route and a command line of its own', () => {
    const routes = CONTRACT.map((entry) => `${entry.http.method} ${entry.http.path.replace(/\{\w+\}/g, '{}')}`)
    expect(new Set(routes).size).toBe(routes.length)
    const lines = CONTRACT.map((entry) => entry.cli.split(' ').filter((word) => !word.startsWith('<')).join(' '))
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('names every path parameter in its input', () => {
    const missing = CONTRACT.flatMap((entry) => {
      const { properties = {} } = z.toJSONSchema(entry.input, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, unknown> }
      return Array.from(entry.http.path.matchAll(/\{(\w+)\}/g), (match) => match[1]!).filter((name) => !(name in properties)).map((name) => `${entry.name}: ${name}`)
    })
    expect(missing).toEqual([])
  })

  it.each(CONTRACT.filter((entry) => entry.access.kind !== 'public').map((entry) => [entry.name, entry] as const))('refuses someone who is not signed in: %s', async (_, entry) => {
    expect(await codeOf(t.call(entry, {}))).toBe('unauthenticated')
  })

  it.each(scoped.map((entry) => [entry.name, entry] as const))('hides from another organization: %s', async (_, entry) => {
    expect(await codeOf(t.call(entry, withSamples(entry), { as: stranger }))).toBe('not_found')
  })

  it.each(scoped.filter((entry) => entry.access.kind === 'permission' && entry.access.field.endsWith('Id')).map((entry) => [entry.name, entry] as const))(
    'answers not_found for an id that does not exist: %s',
    async (_, entry) => {
      const { noun, field } = entry.access as { noun: Noun; field: string }
      expect(await codeOf(t.call(entry, { ...withSamples(entry), [field]: newId(noun) }, { as: owner }))).toBe('not_found')
    },
  )

  it.each(CONTRACT.map((entry) => [entry.name, entry] as const))('refuses unknown fields: %s', async (_, entry) => {
    expect(await codeOf(t.call(entry, { ...inputForOrEmpty(entry), surprise: 1 } as never, { as: owner }))).toBe('invalid_input')
  })
})

function inputForOrEmpty(entry: Entry): Record<string, unknown> {
  return entry.access.kind === 'permission' ? withSamples(entry) : {}
}

describe('an idempotency key', () => {
  it('gives the same answer to the same request and one effect', async () => {
    const first = await t.call(projectCreate, { name: 'Once' }, { as: owner, idempotencyKey: 'key-1' })
    const again = await t.call(projectCreate, { name: 'Once' }, { as: owner, idempotencyKey: 'key-1' })
    expect(again).toEqual(first)
  })

  it('refuses another request', async () => {
    await t.call(projectCreate, { name: 'First' }, { as: owner, idempotencyKey: 'key-2' })
    await expect(t.call(projectCreate, { name: 'Second' }, { as: owner, idempotencyKey: 'key-2' })).rejects.toMatchObject({ status: 422 })
  })

  it('makes one of concurrent twins', async () => {
    const twins = await Promise.all(Array.from({ length: 8 }, () => t.call(projectCreate, { name: 'Twin' }, { as: owner, idempotencyKey: 'key-3' })))
    expect(new Set(twins.map((twin) => twin.id)).size).toBe(1)
  })

  it('is free again after a failure', async () => {
    const input = { environmentId: newId('environment'), source: { type: 'template' as const, template: 'node-service' } }
    expect(await codeOf(t.call(serviceCreate, input, { as: owner, idempotencyKey: 'key-4' }))).toBe('not_found')
    await t.call(projectCreate, { name: 'After failure' }, { as: owner, idempotencyKey: 'key-4' })
  })
})
