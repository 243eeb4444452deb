import { eq } from 'drizzle-orm'

import type { Db } from '../connection'
import { artifacts } from '../schema/deployment'

/** Holds an artifact until the transaction ends, so that its files are not removed meanwhile; null when they are gone. */
export async function holdKept(tx: Db, id: string): Promise<{ id: string } | null> {
  const [row] = await tx.select({ id: artifacts.id, removedAt: artifacts.removedAt }).from(artifacts).where(eq(artifacts.id, id)).for('share')
  return row && row.removedAt === null ? { id: row.id } : null
}
