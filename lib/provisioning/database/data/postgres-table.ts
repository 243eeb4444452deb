import type { Sql } from 'postgres'

import { MOST_CHARACTERS, type CellForm, type DataCell, type DataRows, type Filter } from '../../../contract/data'
import { AppError, notFound } from '../../../errors'
import { cellOf, pageOf } from './cells'
import type { CellAsk, Column, RowsAsk } from './explorer'
import { keyOf, named } from './table-ask'
import { identifier } from './postgres-tables'

// One table of PostgreSQL. Cells are made text and cut by the server, so a long one is never sent.

/** `cast`: its type without a length, to which a value that is too long would be cut. */
type TypedColumn = Column & { cast: string }
type Table = { schema: string; table: string; columns: TypedColumn[] }

export async function readRows(sql: Sql, ask: RowsAsk): Promise<DataRows> {
  const found = await findTable(sql, ask)
  const { where, values } = conditionOf(found.columns, ask)
  const list = found.columns.map((column) => `${asText(column, MOST_CHARACTERS.cell + 1)}`).join(', ')
  const text = `select ${list} from ${from(found)}${where}${orderOf(found.columns, ask)} limit ${ask.limit + 1} offset ${ask.offset}`
  const rows = (await sql.unsafe(text, values, { prepare: true }).values()) as unknown as (string | null)[][]
  return { columns: found.columns.map(({ name, type, form, isKey }) => ({ name, type, form, isKey })), ...pageOf(rows.map((row): DataCell[] => [...row].map((cell) => cellOf(cell))), ask.limit) }
}

export async function readCell(sql: Sql, ask: CellAsk): Promise<{ text: string | null; isCut: boolean }> {
  const found = await findTable(sql, ask)
  const key = keyOf(found.columns, ask.key)
  const where = key.map(([column], index) => `${identifier(column.name)} = ${typed(column, index + 1)}`).join(' and ')
  const most = MOST_CHARACTERS.alone
  const [row] = (await sql.unsafe(`select ${asText(named(found.columns, ask.column), most + 1)} from ${from(found)} where ${where} limit 1`, key.map(([, value]) => value), { prepare: true }).values()) as unknown as (string | null)[][]
  if (!row) throw new AppError('not_found', 'There is no such row any more. Load the table again.')
  const cell = cellOf(row[0]!, most)
  return { text: Array.isArray(cell) ? cell[0] : cell, isCut: Array.isArray(cell) }
}

async function findTable(sql: Sql, { schema, table }: { schema: string; table: string }): Promise<Table> {
  const columns = await sql.unsafe<{ name: string; type: string; cast: string; category: string; base: string; isKey: boolean }[]>(
    `select a.attname as name, pg_catalog.format_type(a.atttypid, a.atttypmod) as type, pg_catalog.format_type(a.atttypid, -1) as cast, t.typcategory::text as category, t.typname as base, coalesce(a.attnum = any(i.indkey), false) as "isKey"
     from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     join pg_catalog.pg_type t on t.oid = a.atttypid
     left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
     where n.nspname = $1 and c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f') order by a.attnum`,
    [schema, table],
    { prepare: true },
  )
  if (columns.length === 0) throw notFound('table')
  return { schema, table, columns: columns.map(({ name, type, cast, category, base, isKey }) => ({ name, type, cast, form: formOf(base, category), isKey })) }
}

function formOf(base: string, category: string): CellForm {
  if (base === 'json' || base === 'jsonb') return 'json'
  if (base === 'bytea') return 'binary'
  return category === 'N' ? 'number' : category === 'B' ? 'boolean' : category === 'D' ? 'time' : 'text'
}

function from({ schema, table }: Table): string {
  return `${identifier(schema)}.${identifier(table)}`
}

function asText({ name, form }: Column, most: number): string {
  const column = identifier(name)
  return form === 'binary' ? `'\\x' || pg_catalog.encode(pg_catalog.substr(${column}, 1, ${Math.ceil(most / 2)}), 'hex')` : `pg_catalog.left(${column}::text, ${most})`
}

/** A value of the column's own type, so that an index is of use; given as text, which every type reads. */
function typed({ cast, form }: TypedColumn, number: number): string {
  return form === 'json' ? `$${number}::text` : `$${number}::text::${cast}`
}

function conditionOf(columns: readonly TypedColumn[], { column: name, filter, value = '' }: RowsAsk): { where: string; values: string[] } {
  if (name === undefined || filter === undefined) return { where: '', values: [] }
  const column = named(columns, name)
  const quoted = identifier(name)
  const own = column.form === 'json' ? `${quoted}::text` : quoted
  const pattern = value.replace(/[\\%_]/g, '\\$&')
  const conditions: Record<Filter, [string, string[]]> = {
    equals: [`${own} = ${typed(column, 1)}`, [value]],
    differs: [`${own} is distinct from ${typed(column, 1)}`, [value]],
    less: [`${own} < ${typed(column, 1)}`, [value]],
    more: [`${own} > ${typed(column, 1)}`, [value]],
    contains: [`${quoted}::text ilike $1::text`, [`%${pattern}%`]],
    begins: [`${quoted}::text ilike $1::text`, [`${pattern}%`]],
    null: [`${quoted} is null`, []],
    not_null: [`${quoted} is not null`, []],
  }
  const [where, values] = conditions[filter]
  return { where: ` where ${where}`, values }
}

function orderOf(columns: readonly Column[], { sort, order }: RowsAsk): string {
  const direction = order === 'descending' ? ' desc' : ''
  const keys = columns.filter(({ isKey, name }) => isKey && name !== sort).map(({ name }) => `${identifier(name)}${direction}`)
  const chosen = sort === undefined ? [] : [`${identifier(named(columns, sort).name)}${named(columns, sort).form === 'json' ? '::text' : ''}${direction} nulls last`]
  const all = [...chosen, ...keys]
  return all.length === 0 ? '' : ` order by ${all.join(', ')}`
}
