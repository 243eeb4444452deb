import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'

import { CONTRACT } from '../../lib/contract'
import { authRegister } from '../../lib/contract/auth'
import type { Entry } from '../../lib/contract/entry'
import { invitationCreate } from '../../lib/contract/organization'
import { projectCreate } from '../../lib/contract/project'
import { serviceCreate } from '../../lib/contract/service'
import { newId, type Noun } from '../../lib/ids'
import { isAppError } from '../../lib/errors'
import { OPERATIONS } from '../../lib/operations'
import { inputFor } from '../harness/contract-inputs'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'
import { possessionsOf, strangerTo } from '../harness/possessions'

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
  theirs = { ...(await possessionsOf(t, { as: owner, organizationId })), userId: guest.user.id, invitationId: open.invitation.id }
  stranger = (await strangerTo(t, owner)).stranger
})
afterAll(() => t.close())

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    return isAppError(error) ? error.code : `unexpected: ${String(error)}`
  }
}

const scoped = CONTRACT.filter((entry) => entry.access.kind === 'permission')
const withSamples = (entry: Entry) => inputFor(entry, theirs)

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
