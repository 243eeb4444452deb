import { randomBytes } from 'node:crypto'

import postgres from 'postgres'
import { inject } from 'vitest'

/** A database of its own for a test file: a copy of the migrated template. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const templateUrl = inject('templateUrl')
  const name = `easel_${randomBytes(6).toString('hex')}`
  await admin(templateUrl, async (sql) => {
    // Copying needs the template to be alone; two files may ask at once.
    await sql`select pg_advisory_lock(1)`
    await sql`create database ${sql(name)} template easel_template`
  })
  return {
    url: templateUrl.replace(/\/easel_template$/, `/${name}`),
    drop: () => admin(templateUrl, async (sql) => void (await sql`drop database if exists ${sql(name)} with (force)`)),
  }
}

async function admin(templateUrl: string, work: (sql: postgres.Sql) => Promise<void>): Promise<void> {
  const sql = postgres(templateUrl.replace(/\/easel_template$/, '/postgres'), { max: 1, onnotice: () => {} })
  try {
    await work(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
