import { expect, test } from 'vitest'

import { connect } from '../../lib/db/connection'
import { migrate } from '../../lib/supervisor/migrate'
import { createDatabase } from '../harness/database'

test('migrating a migrated database changes nothing', async () => {
  const { url, drop } = await createDatabase()
  await migrate(url, process.cwd())
  const database = connect(url, { poolSize: 1, name: 'test' })
  const rows = await database.sql`select count(*)::int as n from drizzle.__drizzle_migrations`
  expect(rows[0]!.n).toBeGreaterThan(0)
  await database.close()
  await drop()
})
