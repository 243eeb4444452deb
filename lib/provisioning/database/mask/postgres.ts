import postgresClient, { type Sql } from 'postgres'

import { columnProblem, EMAIL_LENGTH, EMAIL_TAIL, ruleName, tableOf, type MaskedColumn, type MaskRule } from '../../../domain/mask'
import { AppError, isAppError } from '../../../errors'
import type { Running } from '../copy/copy'
import type { Mask, MaskKey } from './mask'

// A row that is changed leaves its former version in its table, in indexes, in the log and among the statistics. All of these are
// written anew: tables with their indexes by VACUUM FULL, statistics by ANALYZE and then the table that holds them; files of the
// log are deleted rather than kept for later, which would keep what was in them.

/** What the server has to be started with: nobody else may see former rows, and files of the log are deleted. */
export const MASKING_SETTINGS = { file: 'postgresql.auto.conf', text: '\nautovacuum = off\nwal_recycle = off\n' }

const MAX_SWITCHES = 4

type Found = MaskedColumn & { oid: number; rule: MaskRule }

export const maskPostgres: Mask = async (running, { rules, key }, signal) => {
  const sql = client(running)
  const end = () => void sql.end({ timeout: 0 })
  signal.addEventListener('abort', end, { once: true })
  try {
    await demandAlone(sql)
    const found: Found[] = []
    for (const rule of rules) found.push(await columnOf(sql, rule))
    await replaceAll(sql, found, key)
    await writeAnew(sql, found)
    await forgetLog(sql)
  } catch (cause) {
    signal.throwIfAborted()
    throw isAppError(cause) ? cause : new AppError('invalid_input', `Its columns could not be masked: ${cause instanceof Error ? cause.message : String(cause)}. Correct the rules, then branch again.`, { cause })
  } finally {
    signal.removeEventListener('abort', end)
    await sql.end({ timeout: 0 })
  }
}

function client({ port, env }: Running): Sql {
  return postgresClient({ host: '127.0.0.1', port, user: env.POSTGRES_USER || 'postgres', password: env.POSTGRES_PASSWORD ?? '', database: env.POSTGRES_DB || env.POSTGRES_USER || 'postgres', max: 1, idle_timeout: 0, max_lifetime: null, connect_timeout: 10, onnotice: () => {} })
}

async function columnOf(sql: Sql, rule: MaskRule): Promise<Found> {
  const { schema, name } = tableOf(rule)
  const [row] = await sql<(MaskedColumn & { oid: number })[]>`
    select c.oid::int8::float8 as oid, n.nspname::text as schema, c.relname::text as table, a.attname::text as column, (t.typcategory = 'S' and t.typtype = 'b') as "isText", not a.attnotnull as "isNullable",
      (a.attgenerated <> '' or a.attidentity = 'a') as "isGenerated", case when t.typname in ('varchar', 'bpchar') and a.atttypmod > 4 then a.atttypmod - 4 end as length
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid join pg_type t on t.oid = a.atttypid
    where n.nspname = ${schema ?? 'public'} and c.relname = ${name} and a.attname = ${rule.column} and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`
  const problem = columnProblem(rule, row ?? null)
  if (problem !== null) throw new AppError('invalid_input', problem)
  return { ...row!, rule }
}

/** What was prepared and not ended may still want to see former rows, so these would be kept. */
async function demandAlone(sql: Sql): Promise<void> {
  const [row] = await sql<{ n: number }[]>`select (select count(*) from pg_prepared_xacts)::int + (select count(*) from pg_replication_slots)::int as n`
  if (row!.n > 0) throw new AppError('unavailable', 'The database has transactions that were prepared and not ended, or replication slots, and keeps former values for them. End them in the source, then branch again.')
}

/** In one transaction, and without triggers, which could write the former values elsewhere, and without row security, which could hide rows. */
async function replaceAll(sql: Sql, found: readonly Found[], key: MaskKey): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`set local session_replication_role = replica`
    await tx`set local row_security = off`
    for (const column of found) {
      const name = tx(column.column)
      const value = valueOf(tx as unknown as Sql, column, key)
      await tx`update ${tx(column.schema)}.${tx(column.table)} set ${name} = ${value}`.catch((cause: Error) => {
        throw new AppError('invalid_input', `${ruleName(column.rule)} could not be masked: ${cause.message}. Correct its rule, then branch again.`, { cause })
      })
    }
  })
}

function valueOf(sql: Sql, { column, rule, length }: Found, { inner, outer }: MaskKey) {
  const hash = sql`encode(sha256(${outer}::bytea || sha256(${inner}::bytea || convert_to(${sql(column)}::text, 'UTF8'))), 'hex')`
  switch (rule.as) {
    case 'null':
      return sql`null`
    case 'text':
      return sql`${rule.text!}`
    case 'hash':
      return length === null ? hash : sql`left(${hash}, ${length}::int)`
    case 'email':
      return sql`case when ${sql(column)} is not null then left(${hash}, ${EMAIL_LENGTH - EMAIL_TAIL.length}::int) || ${EMAIL_TAIL}::text end`
  }
}

async function writeAnew(sql: Sql, found: readonly Found[]): Promise<void> {
  const oids = [...new Set(found.map(({ oid }) => oid))]
  // Parts and heirs of a table hold its rows.
  const tables = await sql<{ name: string }[]>`
    with recursive part (oid) as (select unnest(${oids}::int8[])::oid union select i.inhrelid from pg_inherits i join part on part.oid = i.inhparent)
    select format('%I.%I', n.nspname, c.relname) as name from part join pg_class c on c.oid = part.oid join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p')`
  const views = await sql<{ name: string }[]>`select format('%I.%I', schemaname, matviewname) as name from pg_matviews where ispopulated order by matviewname`
  for (const { name } of tables) await sql.unsafe(`vacuum (full, analyze) ${name}`)
  // One may be made of another.
  for (const _ of views) for (const { name } of views) await sql.unsafe(`refresh materialized view ${name}`)
  for (const { name } of views) await sql.unsafe(`vacuum (full, analyze) ${name}`)
  await sql`vacuum full pg_catalog.pg_statistic`
  await sql`vacuum full pg_catalog.pg_statistic_ext_data`
}

/** Until none of the files of the log is left that there were. The files of what was removed go with a checkpoint. */
async function forgetLog(sql: Sql): Promise<void> {
  const former = await logFiles(sql)
  for (let tries = 0; tries < MAX_SWITCHES; tries++) {
    await sql`select pg_switch_wal()`
    await sql`checkpoint`
    const present = new Set(await logFiles(sql))
    if (!former.some((name) => present.has(name))) return
  }
  throw new AppError('unavailable', 'The database is set to keep its log, and former values with it. Take wal_keep_size back in the source, then branch again.')
}

async function logFiles(sql: Sql): Promise<string[]> {
  return (await sql<{ name: string }[]>`select name from pg_ls_waldir()`).map(({ name }) => name)
}
