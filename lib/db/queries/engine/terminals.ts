import { and, eq, gt, isNull, lt } from 'drizzle-orm'

import { roleHolds } from '../../../domain/permission'
import type { Db } from '../../connection'
import { members, sessions, users } from '../../schema/account'
import { terminalTickets } from '../../schema/terminal'

export type Ticket = typeof terminalTickets.$inferSelect

/** Takes a ticket: of all that ask with it, one gets it. Null when it is unknown, used or past its time. */
export async function redeem(db: Db, tokenHash: string, now: Date): Promise<Ticket | null> {
  const [ticket] = await db.delete(terminalTickets).where(eq(terminalTickets.tokenHash, tokenHash)).returning()
  return ticket && ticket.expiresAt > now ? ticket : null
}

/** Whether the person may (still) have a terminal there: a member with the permission, whose sign-in has not ended. */
export async function mayStay(db: Db, { userId, organizationId, sessionId }: Pick<Ticket, 'userId' | 'organizationId' | 'sessionId'>, now: Date): Promise<boolean> {
  const [row] = await db
    .select({ role: members.role })
    .from(members)
    .innerJoin(users, and(eq(users.id, members.userId), isNull(users.disabledAt)))
    .leftJoin(sessions, and(eq(sessions.id, sessionId ?? ''), eq(sessions.userId, userId), isNull(sessions.revokedAt), gt(sessions.expiresAt, now)))
    .where(and(eq(members.userId, userId), eq(members.organizationId, organizationId), sessionId === null ? undefined : eq(sessions.id, sessionId)))
  return row !== undefined && roleHolds(row.role, 'terminal.open')
}

/** Forgets tickets that nobody can use any more. */
export async function removeExpiredTickets(db: Db, now: Date): Promise<void> {
  await db.delete(terminalTickets).where(lt(terminalTickets.expiresAt, now))
}
