import { MOST_CHARACTERS, type CellForm, type DataCell, type DataOverview, type DataRows, type DataTable, type Filter } from '../../../contract/data'
import { AppError, notFound } from '../../../errors'
import { cellOf, pageOf } from './cells'
import type { CellAsk, Column, RowsAsk } from './explorer'
import { shown, type Ask } from './mysql-ask'
import { keyOf, named } from './table-ask'

// Tables of MariaDB and MySQL. Cells are made text and cut by the server, so a long one is never sent.

const MOST_TABLES = 1_000
/** Tables that are counted, and how large one may be for it. */
const MOST_COUNTED = 60
const COUNTED_BYTES = 4 * 1024 * 1024

type Found = { table: DataTable; bytes: number }

export async function readTables(ask: Ask): Promise<DataOverview> {
  const { rows } = await ask(
    `select table_schema, table_name, table_type, table_rows, data_length from information_schema.tables
     where table_schema not in ('mysql', 'sys', 'information_schema', 'performance_schema') order by table_schema, table_name limit ${MOST_TABLES + 1}`,
  )
  const found = rows.slice(0, MOST_TABLES).map((row): Found => {
    const [schema, name, type, guess, bytes] = row.map(shown)
    const isTable = type === 'BASE TABLE'
    return { table: { schema: schema!, name: name!, kind: isTable ? 'table' : 'view', rows: isTable && guess !== null ? Number(guess) : null, isEstimate: isTable && guess !== null }, bytes: isTable ? Number(bytes ?? 0) : Infinity }
  })
  await countSmall(ask, found.filter(({ bytes }) => bytes <= COUNTED_BYTES).slice(0, MOST_COUNTED))
  return { kind: 'tables', reason: null, tables: found.map(({ table }) => table), hasMore: rows.length > MOST_TABLES, databases: [] }
}

async function countSmall(ask: Ask, found: readonly Found[]): Promise<void> {
  if (found.length === 0) return
  const { rows } = await ask(found.map(({ table }, index) => `select ${index} as i, count(*) as n from ${from(table.schema, table.name)}`).join(' union all '))
  for (const [index, count] of rows) Object.assign(found[Number(index)]!.table, { rows: Number(count), isEstimate: false })
}

export async function readRows(ask: Ask, wanted: RowsAsk): Promise<DataRows> {
  const columns = await columnsOf(ask, wanted)
  const { where, values } = conditionOf(columns, wanted)
  const list = columns.map((column) => asText(column, MOST_CHARACTERS.cell + 1)).join(', ')
  const { rows } = await ask(`select ${list} from ${from(wanted.schema, wanted.table)}${where}${orderOf(columns, wanted)} limit ${wanted.limit + 1} offset ${wanted.offset}`, values)
  return { columns, ...pageOf(rows.map((row): DataCell[] => row.map((value) => cellOf(shown(value)))), wanted.limit) }
}

export async function readCell(ask: Ask, wanted: CellAsk): Promise<{ text: string | null; isCut: boolean }> {
  const columns = await columnsOf(ask, wanted)
  const key = keyOf(columns, wanted.key)
  const most = MOST_CHARACTERS.alone
  const where = key.map(([column]) => valued(column)).join(' and ')
  const { rows } = await ask(`select ${asText(named(columns, wanted.column), most + 1)} from ${from(wanted.schema, wanted.table)} where ${where} limit 1`, key.map(([, value]) => value))
  if (rows.length === 0) throw new AppError('not_found', 'There is no such row any more. Load the table again.')
  const cell = cellOf(shown(rows[0]![0]), most)
  return { text: Array.isArray(cell) ? cell[0] : cell, isCut: Array.isArray(cell) }
}

async function columnsOf(ask: Ask, { schema, table }: { schema: string; table: string }): Promise<Column[]> {
  const { rows } = await ask('select column_name, column_type, data_type, column_key from information_schema.columns where table_schema = ? and table_name = ? order by ordinal_position', [schema, table])
  if (rows.length === 0) throw notFound('table')
  return rows.map((row) => {
    const [name, type, base, key] = row.map(shown)
    return { name: name!, type: type!, form: formOf(base!.toLowerCase()), isKey: key === 'PRI' }
  })
}

function formOf(base: string): CellForm {
  if (base === 'json') return 'json'
  if (/blob|binary|^bit$|geometry|point|polygon|linestring/.test(base)) return 'binary'
  if (/int|^(decimal|numeric|float|double|year)$/.test(base)) return 'number'
  return /^(date|time)/.test(base) ? 'time' : 'text'
}

function identifier(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}

function from(schema: string, table: string): string {
  return `${identifier(schema)}.${identifier(table)}`
}

function asText({ name, form }: Column, most: number): string {
  const column = identifier(name)
  return form === 'binary' ? `concat('\\\\x', lower(hex(left(${column}, ${Math.ceil(most / 2)}))))` : `left(cast(${column} as char), ${most})`
}

/** A comparison with a value that is written as it is shown. */
function valued({ name, form }: Column, comparison = '='): string {
  return form === 'binary' ? `${identifier(name)} ${comparison} unhex(substring(?, 3))` : `${identifier(name)} ${comparison} ?`
}

function conditionOf(columns: readonly Column[], { column: name, filter, value = '' }: RowsAsk): { where: string; values: string[] } {
  if (name === undefined || filter === undefined) return { where: '', values: [] }
  const column = named(columns, name)
  const quoted = identifier(name)
  const pattern = value.replace(/[!%_]/g, '!$&')
  const conditions: Record<Filter, [string, string[]]> = {
    equals: [valued(column), [value]],
    differs: [`(${valued(column, '<>')} or ${quoted} is null)`, [value]],
    less: [valued(column, '<'), [value]],
    more: [valued(column, '>'), [value]],
    contains: [`cast(${quoted} as char) like ? escape '!'`, [`%${pattern}%`]],
    begins: [`cast(${quoted} as char) like ? escape '!'`, [`${pattern}%`]],
    null: [`${quoted} is null`, []],
    not_null: [`${quoted} is not null`, []],
  }
  const [where, values] = conditions[filter]
  return { where: ` where ${where}`, values }
}

function orderOf(columns: readonly Column[], { sort, order }: RowsAsk): string {
  const direction = order === 'descending' ? ' desc' : ''
  const keys = columns.filter(({ isKey, name }) => isKey && name !== sort).map(({ name }) => name)
  const all = [...(sort === undefined ? [] : [named(columns, sort).name]), ...keys].map((name) => `${identifier(name)}${direction}`)
  return all.length === 0 ? '' : ` order by ${all.join(', ')}`
}
