import { and, eq } from 'drizzle-orm'

import { lockOwners } from '../../db/queries/accounts'
import { members, users } from '../../db/schema/account'
import { mayAssign, type Role } from '../../domain/permission'
import { AppError, notFound } from '../../errors'
import type { ScopedCtx } from '../context'

/**
 * The member who is to be changed, after the rules that hold for every change: nobody handles someone above them or
 * gives a role above their own, and one owner stays. Owners are locked first, so two changes at once cannot both be
 * the one before the last.
 */
export async function memberToChange(ctx: ScopedCtx, userId: string, newRole: Role | null) {
  const { organizationId } = ctx.scope
  const owners = await lockOwners(ctx.db, organizationId)
  const [member] = await ctx.db
    .select({ id: users.id, name: users.name, email: users.email, role: members.role, joinedAt: members.joinedAt })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, organizationId), eq(members.userId, userId)))
  if (!member) throw notFound('member')
  const mine = ctx.actor.memberships.get(organizationId)!
  if (!mayAssign(mine, member.role)) throw new AppError('forbidden', `${member.name} is ${member.role}; your role ${mine} is below that. Ask an owner.`)
  if (newRole !== null && !mayAssign(mine, newRole)) throw new AppError('forbidden', `Your role is ${mine}; you cannot give the role ${newRole}, which is above it.`)
  if (member.role === 'owner' && newRole !== 'owner' && owners.length === 1) {
    throw new AppError('not_now', `${member.name} is the only owner. Make someone else an owner first.`)
  }
  return member
}
