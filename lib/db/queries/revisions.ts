import { and, desc, eq, lt, max } from 'drizzle-orm'

import type { Db } from '../connection'
import { users } from '../schema/account'
import { revisions } from '../schema/revision'

type Revision = typeof revisions.$inferSelect
export type RevisionRow = Omit<Revision, 'contentSealed'> & { person: { id: string; name: string; email: string } | null }

/** The number of the next one; hold the environment before asking. */
export async function nextNumber(tx: Db, environmentId: string): Promise<number> {
  const [row] = await tx.select({ n: max(revisions.number) }).from(revisions).where(eq(revisions.environmentId, environmentId))
  return (row!.n ?? 0) + 1
}

export async function insert(tx: Db, row: typeof revisions.$inferInsert): Promise<void> {
  await tx.insert(revisions).values(row)
}

export async function find(db: Db, environmentId: string, number: number): Promise<(RevisionRow & { contentSealed: string }) | null> {
  const [row] = await db
    .select({ ...shown, contentSealed: revisions.contentSealed })
    .from(revisions)
    .leftJoin(users, eq(users.id, revisions.createdBy))
    .where(and(eq(revisions.environmentId, environmentId), eq(revisions.number, number)))
  return row ?? null
}

/** Newest first; `before` is a number. */
export function page(db: Db, environmentId: string, { before, limit }: { before: number | null; limit: number }): Promise<RevisionRow[]> {
  return db
    .select(shown)
    .from(revisions)
    .leftJoin(users, eq(users.id, revisions.createdBy))
    .where(and(eq(revisions.environmentId, environmentId), before === null ? undefined : lt(revisions.number, before)))
    .orderBy(desc(revisions.number))
    .limit(limit)
}

const shown = {
  id: revisions.id,
  environmentId: revisions.environmentId,
  number: revisions.number,
  message: revisions.message,
  deployed: revisions.deployed,
  createdBy: revisions.createdBy,
  createdAt: revisions.createdAt,
  person: { id: users.id, name: users.name, email: users.email },
}
