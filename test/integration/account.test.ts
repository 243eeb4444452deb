import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { authChangePassword, authLogin, authLogout, authMe, authRefresh, authRegister, tokenCreate, tokenList, tokenRevoke } from '../../lib/contract/auth'
import { instanceGet } from '../../lib/contract/instance'
import { eventList, invitationAccept, invitationCreate, memberList, memberRemove, memberUpdate } from '../../lib/contract/organization'
import { projectCreate, projectDelete, projectList } from '../../lib/contract/project'
import type { Role } from '../../lib/domain/permission'
import { platformForTest, type SignedIn, type TestPlatform } from '../harness/platform'

let t: TestPlatform

beforeEach(async () => {
  t = await platformForTest()
})
afterEach(() => t.close())

const FIRST = { email: 'Ada@Example.com', password: 'correct horse', name: 'Ada' }

async function join(as: SignedIn, name: string, role: Role): Promise<SignedIn> {
  const { token } = await t.call(invitationCreate, { organizationId: as.organization!.id, email: `${name}@example.com`, role }, { as })
  return t.call(authRegister, { email: `${name}@example.com`, password: 'correct horse', name, invitation: token })
}

describe('the first account', () => {
  it('owns a new organization and closes registration', async () => {
    expect(await t.call(instanceGet, {})).toMatchObject({ registrationOpen: true })
    const signedIn = await t.call(authRegister, FIRST)
    expect(signedIn).toMatchObject({ user: { email: 'ada@example.com' }, expiresIn: 900 })
    expect(await t.call(authMe, {}, { as: signedIn })).toMatchObject({ memberships: [{ role: 'owner' }], via: 'access_token' })
    expect(await t.call(instanceGet, {})).toMatchObject({ registrationOpen: false })
    await expect(t.call(authRegister, { ...FIRST, email: 'eve@example.com' })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is one, however many register at once', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => t.call(authRegister, { ...FIRST, email: `p${i}@example.com` }, { ip: `203.0.113.${i}` })))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await t.database.sql`select count(*)::int as n from organizations`)[0]!.n).toBe(1)
  })
})

describe('signing in', () => {
  it('says the same of an unknown email and a wrong password', async () => {
    await t.call(authRegister, FIRST)
    const wrong = await t.call(authLogin, { email: FIRST.email, password: 'wrong' }).catch((error: Error) => error.message)
    const unknown = await t.call(authLogin, { email: 'nobody@example.com', password: 'wrong' }).catch((error: Error) => error.message)
    expect(wrong).toBe(unknown)
  })

  it('may be done often by someone who knows the password', async () => {
    await t.call(authRegister, FIRST)
    for (let i = 0; i < 15; i++) await t.call(authLogin, { email: FIRST.email, password: FIRST.password })
  })

  it('is refused after ten attempts at one email, and works again later', async () => {
    await t.call(authRegister, FIRST)
    for (let i = 0; i < 10; i++) await expect(t.call(authLogin, { email: FIRST.email, password: 'wrong' }, { ip: `198.51.100.${i}` })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(t.call(authLogin, { email: FIRST.email, password: FIRST.password }, { ip: '198.51.100.99' })).rejects.toMatchObject({ code: 'rate_limited', retryAfterS: expect.any(Number) })
    t.clock.now = new Date(t.clock.now.getTime() + 5 * 60_000)
    await t.call(authLogin, { email: FIRST.email, password: FIRST.password }, { ip: '198.51.100.99' })
  })

  it('ends at once on logout, for access and refresh token', async () => {
    const signedIn = await t.call(authRegister, FIRST)
    await t.call(authLogout, {}, { as: signedIn })
    await expect(t.call(authMe, {}, { as: signedIn })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(t.call(authRefresh, { refreshToken: signedIn.refreshToken })).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('ends after fifteen minutes unless refreshed', async () => {
    const signedIn = await t.call(authRegister, FIRST)
    t.clock.now = new Date(t.clock.now.getTime() + 15 * 60_000 + 1000)
    await expect(t.call(authMe, {}, { as: signedIn })).rejects.toMatchObject({ code: 'unauthenticated' })
    const renewed = await t.call(authRefresh, { refreshToken: signedIn.refreshToken })
    await t.call(authMe, {}, { as: renewed })
  })

  it('ends everywhere else when the password changes', async () => {
    const here = await t.call(authRegister, FIRST)
    const there = await t.call(authLogin, { email: FIRST.email, password: FIRST.password })
    await expect(t.call(authChangePassword, { currentPassword: 'wrong', newPassword: 'another horse' }, { as: here })).rejects.toMatchObject({ code: 'forbidden' })
    await t.call(authChangePassword, { currentPassword: FIRST.password, newPassword: 'another horse' }, { as: here })
    await t.call(authMe, {}, { as: here })
    await expect(t.call(authMe, {}, { as: there })).rejects.toMatchObject({ code: 'unauthenticated' })
    await t.call(authLogin, { email: FIRST.email, password: 'another horse' })
  })
})

describe('a refresh token', () => {
  it('works once; used again it ends the whole family', async () => {
    const first = await t.call(authRegister, FIRST)
    const second = await t.call(authRefresh, { refreshToken: first.refreshToken })
    await expect(t.call(authRefresh, { refreshToken: first.refreshToken })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(t.call(authMe, {}, { as: second })).rejects.toMatchObject({ code: 'unauthenticated' })
    await expect(t.call(authRefresh, { refreshToken: second.refreshToken })).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await t.database.sql`select type from events where type = 'account.reuse_detected'`).length).toBe(1)
  })

  it('is won by one of two who use it at once', async () => {
    const { refreshToken } = await t.call(authRegister, FIRST)
    const outcomes = await Promise.allSettled([t.call(authRefresh, { refreshToken }), t.call(authRefresh, { refreshToken })])
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
  })

  it('is stored hashed only', async () => {
    const { refreshToken } = await t.call(authRegister, FIRST)
    const rows = await t.database.sql`select * from refresh_tokens`
    expect(JSON.stringify(rows)).not.toContain(refreshToken)
  })
})

describe('a personal API token', () => {
  it('is shown once and can do what its scope and the role allow', async () => {
    const owner = await t.owner()
    const { value, token } = await t.call(tokenCreate, { name: 'CI', scope: 'read' }, { as: owner })
    await t.call(projectList, {}, { as: value })
    await expect(t.call(projectCreate, { name: 'No' }, { as: value })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(t.call(tokenCreate, { name: 'More', scope: 'admin' }, { as: value })).rejects.toMatchObject({ code: 'forbidden' })
    const { items } = await t.call(tokenList, {}, { as: owner })
    expect(items).toEqual([expect.objectContaining({ id: token.id, lastUsedAt: expect.any(String) })])
    expect(JSON.stringify(items)).not.toContain(value)
    await t.call(tokenRevoke, { tokenId: token.id }, { as: owner })
    await expect(t.call(projectList, {}, { as: value })).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('expires', async () => {
    const owner = await t.owner()
    const { value } = await t.call(tokenCreate, { name: 'CI', scope: 'read', expiresInDays: 1 }, { as: owner })
    t.clock.now = new Date(t.clock.now.getTime() + 24 * 3600_000 + 1000)
    await expect(t.call(projectList, {}, { as: value })).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it("cannot be revoked by someone else", async () => {
    const owner = await t.owner()
    const other = await join(owner, 'other', 'admin')
    const { token } = await t.call(tokenCreate, { name: 'CI', scope: 'read' }, { as: owner })
    await expect(t.call(tokenRevoke, { tokenId: token.id }, { as: other })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('members', () => {
  it('can do what their role says', async () => {
    const owner = await t.owner()
    const { projectId } = await t.project(owner)
    const viewer = await join(owner, 'viewer', 'viewer')
    const developer = await join(owner, 'developer', 'developer')
    await expect(t.call(projectCreate, { name: 'X' }, { as: viewer })).rejects.toMatchObject({ code: 'forbidden' })
    await t.call(projectCreate, { name: 'X' }, { as: developer })
    await expect(t.call(projectDelete, { projectId }, { as: developer })).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('cannot raise anyone above themselves, and one owner stays', async () => {
    const owner = await t.owner()
    const organizationId = owner.organization!.id
    const admin = await join(owner, 'admin', 'admin')
    await expect(t.call(invitationCreate, { organizationId, email: 'x@example.com', role: 'owner' }, { as: admin })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(t.call(memberUpdate, { organizationId, userId: owner.user.id, role: 'viewer' }, { as: admin })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(t.call(memberRemove, { organizationId, userId: owner.user.id }, { as: owner })).rejects.toMatchObject({ code: 'not_now' })
    await t.call(memberUpdate, { organizationId, userId: admin.user.id, role: 'owner' }, { as: owner })
    const outcomes = await Promise.allSettled([
      t.call(memberUpdate, { organizationId, userId: owner.user.id, role: 'viewer' }, { as: owner }),
      t.call(memberUpdate, { organizationId, userId: admin.user.id, role: 'viewer' }, { as: admin }),
    ])
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('lose everything at once when removed', async () => {
    const owner = await t.owner()
    const organizationId = owner.organization!.id
    const member = await join(owner, 'member', 'developer')
    const { value } = await t.call(tokenCreate, { name: 'CI', scope: 'write' }, { as: member })
    await t.call(memberRemove, { organizationId, userId: member.user.id }, { as: owner })
    await expect(t.call(memberList, { organizationId }, { as: member })).rejects.toMatchObject({ code: 'not_found' })
    await expect(t.call(projectList, {}, { as: value })).rejects.toMatchObject({ code: 'unauthenticated' })
    const { items } = await t.call(eventList, { organizationId }, { as: owner })
    expect(items[0]).toMatchObject({ type: 'member.removed', subject: 'member' })
    const tooLarge = Buffer.from('9999999999999999999').toString('base64url')
    await expect(t.call(eventList, { organizationId, cursor: tooLarge }, { as: owner })).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('an invitation', () => {
  it('works once, for its email, until it expires', async () => {
    const owner = await t.owner()
    const organizationId = owner.organization!.id
    const { token } = await t.call(invitationCreate, { organizationId, email: 'new@example.com', role: 'developer' }, { as: owner })
    const person = { email: 'new@example.com', password: 'correct horse', name: 'New', invitation: token }
    await expect(t.call(authRegister, { ...person, email: 'thief@example.com' })).rejects.toMatchObject({ code: 'forbidden' })
    t.clock.now = new Date(t.clock.now.getTime() + 7 * 24 * 3600_000 + 1000)
    await expect(t.call(authRegister, person)).rejects.toMatchObject({ code: 'forbidden' })
    const again = await t.call(authLogin, { email: 'owner@example.com', password: 'correct horse' })
    const fresh = await t.call(invitationCreate, { organizationId, email: 'new@example.com', role: 'developer' }, { as: again })
    const joined = await t.call(authRegister, { ...person, invitation: fresh.token })
    await expect(t.call(invitationAccept, { token: fresh.token }, { as: joined })).rejects.toMatchObject({ code: 'not_found' })
  })
})
