import { asc, eq, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { heartbeats } from '../schema/observed'

export type WorkerRow = Pick<typeof heartbeats.$inferSelect, 'name' | 'at' | 'runnerIds' | 'detail'> & { quietMs: number }

/** Every worker that has said something and not taken its leave. */
export async function workers(db: Db, limit: number): Promise<WorkerRow[]> {
  const { name, at, runnerIds, detail } = heartbeats
  const quietMs = sql<number>`extract(epoch from now() - ${at})::float8 * 1000`
  return db.select({ name, at, runnerIds, detail, quietMs }).from(heartbeats).where(eq(heartbeats.kind, 'worker')).orderBy(asc(name)).limit(limit)
}
