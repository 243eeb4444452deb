import { sql } from 'drizzle-orm'

import type { Db } from '../db/connection'

/** Channel of hints between processes (PostgreSQL NOTIFY): delivered at commit, lost when nobody listens. */
export const CHANNEL = 'easel'

/** A hint that something is worth a look. Never carries the news itself. */
export type Hint =
  | { kind: 'graph'; environmentId: string }
  | { kind: 'deployment'; environmentId: string; deploymentId: string }
  | { kind: 'log'; serviceId: string }
  | { kind: 'alerts'; environmentId: string }
  /** A deployment, a snapshot or a restore. */
  | { kind: 'cancel'; id: string }

/** Sends a hint when the transaction commits. Equal hints of one transaction are sent once. */
export async function announce(db: Db, hint: Hint): Promise<void> {
  await db.execute(sql`select pg_notify(${CHANNEL}, ${JSON.stringify(hint)})`)
}
