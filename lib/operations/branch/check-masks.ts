import { dataQuery } from '../../contract/data'
import type { SnapshotNode } from '../../db/queries/snapshots'
import { columnProblem, ruleProblem, tableOf, type MaskedColumn, type MaskRule } from '../../domain/mask'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'
import { askData, demandDatabase } from '../data/order'

const AT_ONCE = 100

/** Refuses rules that could not be followed, by asking the database what columns it has. */
export async function checkMasks(ctx: ScopedCtx, { service, database }: SnapshotNode, rules: readonly MaskRule[]): Promise<void> {
  const problem = ruleProblem(rules)
  if (problem !== null) throw refused(problem)
  const subject = await demandDatabase(ctx, service!.id)
  const columns: MaskedColumn[] = []
  const names = [...new Set(rules.map((rule) => tableOf(rule).name))]
  for (const name of names) columns.push(...(await columnsOf(ctx, subject, { name, isPostgres: database!.engine === 'postgres' })))
  for (const rule of rules) {
    const { schema, name } = tableOf(rule)
    const found = columns.find((column) => column.table === name && column.column === rule.column && (schema === null ? isOwn(column) : column.schema === schema)) ?? null
    const complaint = columnProblem(rule, found)
    if (complaint !== null) throw refused(complaint)
  }
}

/** Those that a name without a schema means come first. */
const isOwn = ({ schema }: MaskedColumn) => schema === 'public' || schema === ''

async function columnsOf(ctx: ScopedCtx, subject: Awaited<ReturnType<typeof demandDatabase>>, { name, isPostgres }: { name: string; isPostgres: boolean }): Promise<MaskedColumn[]> {
  const text = isPostgres ? `'${name.replaceAll("'", "''")}'` : `'${name.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
  const columns: MaskedColumn[] = []
  for (let offset = 0; ; offset += AT_ONCE) {
    const statement = `${isPostgres ? postgresColumns(text) : mariadbColumns(text)} limit ${AT_ONCE} offset ${offset}`
    const answer = await askData(ctx, subject, { kind: 'tables', act: 'run', ask: { statement, write: false } }).catch((cause: unknown) => {
      throw new AppError('not_now', `The columns of ${subject.service.name} could not be looked at, so its rules cannot be checked. Let it run, then branch again, or branch without rules.`, { cause })
    })
    const { rows } = dataQuery.output.parse(answer)
    for (const row of rows) columns.push(columnOf(name, row.map((cell) => (cell === null ? null : String(cell)))))
    if (rows.length < AT_ONCE) return columns
  }
}

function columnOf(table: string, [schema, column, isText, isNullable, isGenerated, length]: (string | null)[]): MaskedColumn {
  return { schema: schema ?? '', table, column: column ?? '', isText: isText === '1', isNullable: isNullable === '1', isGenerated: isGenerated === '1', length: length ? Number(length) : null }
}

const postgresColumns = (name: string) => `
  select n.nspname::text as "schema", a.attname::text as "column", (t.typcategory = 'S' and t.typtype = 'b')::int as "is_text", (not a.attnotnull)::int as "is_nullable",
    (a.attgenerated <> '' or a.attidentity = 'a')::int as "is_generated", case when t.typname in ('varchar', 'bpchar') and a.atttypmod > 4 then a.atttypmod - 4 end as "length"
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace join pg_catalog.pg_attribute a on a.attrelid = c.oid join pg_catalog.pg_type t on t.oid = a.atttypid
  where c.relname = ${name} and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and n.nspname not in ('pg_catalog', 'information_schema')
  order by n.nspname, a.attnum`

const mariadbColumns = (name: string) => `
  select '' as \`schema\`, c.column_name as \`column\`, c.data_type in ('char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext') as \`is_text\`, c.is_nullable = 'YES' as \`is_nullable\`,
    c.extra like '%GENERATED%' as \`is_generated\`, c.character_maximum_length as \`length\`
  from information_schema.columns c join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
  where c.table_schema = database() and c.table_name = ${name} and t.table_type = 'BASE TABLE' order by c.ordinal_position`

function refused(message: string): AppError {
  return new AppError('invalid_input', message, { fields: { data: message } })
}
