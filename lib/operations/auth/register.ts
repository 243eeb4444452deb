import { eq, sql } from 'drizzle-orm'

import { newcomer } from '../../auth/actor'
import { hashToken } from '../../auth/opaque-token'
import { hashPassword } from '../../auth/password'
import { byAddress, countAttempt } from '../../auth/rate-limit'
import { beginSession } from '../../auth/sign-in'
import { authRegister } from '../../contract/auth'
import { isUniqueViolation, type Db } from '../../db/connection'
import { anyUserExists, invitationByToken } from '../../db/queries/accounts'
import { invitations, members, organizations, users } from '../../db/schema/account'
import { slugify } from '../../domain/name'
import { AppError } from '../../errors'
import { record } from '../../events/record'
import { newId } from '../../ids'
import type { Ctx } from '../context'
import { implementPublic } from '../implement'
import { signedInView } from './views'

// Two people who register first at the same time wait for each other here; the second finds registration closed.
const FIRST_ACCOUNT_LOCK = 0x66697273

type Input = { email: string; password: string; name: string; invitation?: string | undefined }

export const register = implementPublic(authRegister, async (ctx, input) => {
  await countAttempt(ctx.rootDb, byAddress('register', ctx.ip, 5, 60), ctx.now())
  const joined = input.invitation === undefined ? await found(ctx, input) : await join(ctx, input, input.invitation)
  const sessionId = await beginSession(ctx.db, joined.user.id, 'api', ctx.now())
  await record(ctx.db, { ...ctx, actor: newcomer(joined.user, 'access_token', sessionId) }, { type: 'account.registered', subject: joined.user.email, organizationId: joined.organization.id })
  return signedInView(ctx, joined.user, joined.organization, sessionId)
})

/** The first account: owner of a new organization. */
async function found(ctx: Ctx, input: Input) {
  await ctx.db.execute(sql`select pg_advisory_xact_lock(${FIRST_ACCOUNT_LOCK})`)
  if (await anyUserExists(ctx.db)) throw new AppError('forbidden', 'Registration is closed. Ask a member of the organization for an invitation.')
  const user = await insertUser(ctx.db, input, ctx.now())
  const name = `${user.name}'s organization`.slice(0, 60)
  const [organization] = await ctx.db
    .insert(organizations)
    .values({ id: newId('organization'), name, slug: slugify(user.name, 'home'), createdAt: ctx.now() })
    .returning()
  await ctx.db.insert(members).values({ organizationId: organization!.id, userId: user.id, role: 'owner', joinedAt: ctx.now() })
  return { user, organization: organization! }
}

/** A new account by invitation: it works once, for the email it was made for. */
async function join(ctx: Ctx, input: Input, token: string) {
  const found = await invitationByToken(ctx.db, hashToken(token), ctx.now(), true)
  if (!found) throw new AppError('forbidden', 'This invitation was used, withdrawn or has expired. Ask for a new one.')
  const { invitation, organization } = found
  if (invitation.email !== input.email) throw new AppError('forbidden', `This invitation is for another email address than ${input.email}. Use the address it was sent to.`)
  const user = await insertUser(ctx.db, input, ctx.now())
  await ctx.db.insert(members).values({ organizationId: organization.id, userId: user.id, role: invitation.role, joinedAt: ctx.now() })
  await ctx.db.update(invitations).set({ acceptedAt: ctx.now() }).where(eq(invitations.id, invitation.id))
  await record(ctx.db, { ...ctx, actor: newcomer(user, 'access_token', null) }, { type: 'invitation.accepted', subject: user.email, organizationId: organization.id, data: { role: invitation.role } })
  return { user, organization }
}

async function insertUser(db: Db, input: Input, now: Date) {
  try {
    // A savepoint: a duplicate must not spoil the transaction it is told in.
    return await db.transaction(async (tx) => {
      const [user] = await tx
        .insert(users)
        .values({ id: newId('user'), email: input.email, name: input.name, passwordHash: await hashPassword(input.password), createdAt: now })
        .returning()
      return user!
    })
  } catch (error) {
    if (isUniqueViolation(error, 'users_email')) throw new AppError('conflict', `There is already an account for ${input.email}. Sign in, then open the invitation again to join.`, { cause: error })
    throw error
  }
}
