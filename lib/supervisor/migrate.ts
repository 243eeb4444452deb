import { join } from 'node:path'

import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import { runMigrations } from 'graphile-worker'
import postgres from 'postgres'

// Two control planes that start at once migrate one after the other.
const LOCK = 0x6561736c

/** Brings the database to this version: our tables (drizzle/), then the queue's. Safe to repeat; failure stops the start. */
export async function migrate(url: string, root: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await sql`select pg_advisory_lock(${LOCK})`
    await applyMigrations(drizzle(sql), { migrationsFolder: join(root, 'drizzle') })
    await runMigrations({ connectionString: url })
  } finally {
    await sql.end({ timeout: 5 })
  }
}
