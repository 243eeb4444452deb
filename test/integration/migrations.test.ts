import { readFileSync, readdirSync } from 'node:fs'

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

/** What migrations from one to another do to the log. */
function statementsOf(first: string, last: string): string[] {
  const files = readdirSync('drizzle').filter((name) => name.endsWith('.sql')).sort()
  const at = (name: string) => files.findIndex((file) => file.endsWith(`_${name}.sql`))
  const statements = files.slice(at(first), at(last) + 1).flatMap((file) => readFileSync(`drizzle/${file}`, 'utf8').split('--> statement-breakpoint'))
  return statements.filter((statement) => statement.includes('log_'))
}

test('lines that were stored before there were partitions are still there, each on its day, but for those of services that are gone', async () => {
  const { url, drop } = await createDatabase()
  const database = connect(url, { poolSize: 1, name: 'test' })
  const { sql } = database
  try {
    // As it was: one table.
    await sql`drop table log_lines`
    await sql`drop function make_log_partition`
    await sql`create table log_lines (id bigserial primary key, service_id text not null, deployment_id text not null, kind text not null, stream text not null, part text, at timestamptz not null, text text not null)`
    await sql`create index log_lines_service on log_lines (service_id, id)`
    await sql`create index log_lines_deployment on log_lines (deployment_id, id)`
    await sql`create index log_lines_at on log_lines (at)`
    await sql`set session_replication_role = replica`
    await sql`insert into services (id, environment_id, name, source, settings, host_label, x, y) values ('svc_1', 'env_1', 'api', '{}', '{}', 'api', 0, 0)`
    await sql`insert into log_lines (service_id, deployment_id, kind, stream, at, text) select s, 'dep_1', 'runtime', 'stdout', now() - make_interval(days => n), n::text from generate_series(0, 5) n, unnest(array['svc_1', 'svc_gone']) s order by n`
    const [{ next }] = await sql<[{ next: string }]>`select nextval('log_lines_id_seq') as next`
    for (const statement of statementsOf('set_log_lines_aside', 'log_partitions')) await sql.unsafe(statement)
    const rows = await sql<{ text: string; environment: string; isOnDay: boolean }[]>`select text, environment_id as environment, tableoid::regclass::text = 'log_lines_' || to_char(at at time zone 'UTC', 'YYYYMMDD') as "isOnDay" from log_lines order by id`
    expect(rows).toEqual(['0', '1', '2', '3', '4', '5'].map((text) => ({ text, environment: 'env_1', isOnDay: true })))
    const [{ id }] = await sql<[{ id: string }]>`insert into log_lines (at, environment_id, kind, stream, text) values (now(), 'env_1', 'http', 'platform', 'new') returning id`
    expect(Number(id)).toBeGreaterThan(Number(next))
  } finally {
    await database.close()
    await drop()
  }
})
