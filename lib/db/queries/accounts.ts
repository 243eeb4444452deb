import { and, asc, eq, gt, isNull, sql } from 'drizzle-orm'

import { invitations, members, organizations, users } from '../schema/account'
import type { Db } from '../connection'

export async function anyUserExists(db: Db): Promise<boolean> {
  return (await db.select({ one: sql`1` }).from(users).limit(1)).length > 0
}

export async function userById(db: Db, id: string) {
  const [row] = await db.select().from(users).where(eq(users.id, id))
  return row ?? null
}

export async function userByEmail(db: Db, email: string) {
  const [row] = await db.select().from(users).where(eq(users.email, email))
  return row ?? null
}

/** Organizations of a person, the one joined first in front. */
export async function organizationsOf(db: Db, userId: string) {
  return db
    .select({ organization: organizations, role: members.role })
    .from(members)
    .innerJoin(organizations, eq(organizations.id, members.organizationId))
    .where(eq(members.userId, userId))
    .orderBy(asc(members.joinedAt), asc(organizations.id))
    .limit(1000)
}

/** The open invitation a token leads to, locked for the rest of the transaction when `lock`. */
export async function invitationByToken(db: Db, tokenHash: string, now: Date, lock = false) {
  const query = db
    .select({ invitation: invitations, organization: organizations })
    .from(invitations)
    .innerJoin(organizations, eq(organizations.id, invitations.organizationId))
    .where(and(eq(invitations.tokenHash, tokenHash), isNull(invitations.acceptedAt), gt(invitations.expiresAt, now)))
  const [row] = await (lock ? query.for('update', { of: invitations }) : query)
  return row ?? null
}

/** Null when there is none. */
export async function organizationById(db: Db, id: string): Promise<typeof organizations.$inferSelect | null> {
  const [row] = await db.select().from(organizations).where(eq(organizations.id, id))
  return row ?? null
}

/** Members of an organization with role owner, locked: whoever counts owners to remove one waits for the other. */
export async function lockOwners(db: Db, organizationId: string): Promise<string[]> {
  const rows = await db
    .select({ userId: members.userId })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), eq(members.role, 'owner')))
    .orderBy(asc(members.userId))
    .for('update')
  return rows.map((row) => row.userId)
}
