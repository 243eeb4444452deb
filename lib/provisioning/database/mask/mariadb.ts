import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'

import { columnProblem, EMAIL_LENGTH, EMAIL_TAIL, ruleName, tableOf, type MaskedColumn, type MaskRule } from '../../../domain/mask'
import { AppError, isAppError } from '../../../errors'
import type { Running } from '../copy/copy'
import type { Mask, MaskKey } from './mask'

// What MariaDB keeps of former rows stays in the server they were changed in: it is copied as statements once more, into another.

const CONNECT_MS = 10_000

export const maskMariadb: Mask = async (running, { rules, key }, signal) => {
  const connection = await connect(running)
  const end = () => connection.destroy()
  signal.addEventListener('abort', end, { once: true })
  try {
    await connection.query('set session foreign_key_checks = 0')
    for (const rule of rules) await replace(connection, await columnOf(connection, rule), key)
  } catch (cause) {
    signal.throwIfAborted()
    throw isAppError(cause) ? cause : new AppError('invalid_input', `Its columns could not be masked: ${cause instanceof Error ? cause.message : String(cause)}. Correct the rules, then branch again.`, { cause })
  } finally {
    signal.removeEventListener('abort', end)
    connection.destroy()
  }
}

function connect({ data, env }: Running): Promise<Connection> {
  return createConnection({ socketPath: `${data}/server.sock`, user: 'root', password: env.MARIADB_ROOT_PASSWORD ?? env.MARIADB_PASSWORD ?? '', database: env.MARIADB_DATABASE!, connectTimeout: CONNECT_MS, charset: 'utf8mb4' })
}

type Found = MaskedColumn & { rule: MaskRule }

async function columnOf(connection: Connection, rule: MaskRule): Promise<Found> {
  const { schema, name } = tableOf(rule)
  const [rows] = await connection.query<(RowDataPacket & Record<string, unknown>)[]>(
    `select c.data_type in ('char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext') as isText, c.is_nullable = 'YES' as isNullable, c.extra like '%GENERATED%' as isGenerated, c.character_maximum_length as length
     from information_schema.columns c join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
     where c.table_schema = database() and c.table_name = ? and c.column_name = ? and t.table_type = 'BASE TABLE'`,
    [name, rule.column],
  )
  const [row] = schema === null ? rows : []
  const column = row ? { schema: '', table: name, column: rule.column, isText: Number(row.isText) === 1, isNullable: Number(row.isNullable) === 1, isGenerated: Number(row.isGenerated) === 1, length: row.length === null ? null : Number(row.length) } : null
  const problem = columnProblem(rule, column)
  if (problem !== null) throw new AppError('invalid_input', problem)
  return { ...column!, rule }
}

/** A trigger could write former values elsewhere. */
async function demandNoTrigger(connection: Connection, table: string): Promise<void> {
  const [rows] = await connection.query<RowDataPacket[]>("select trigger_name as name from information_schema.triggers where event_object_schema = database() and event_object_table = ? and event_manipulation = 'UPDATE'", [table])
  if (rows.length > 0) throw new AppError('invalid_input', `${table} has the trigger ${String(rows[0]!.name)}, which would be given the former values. Take the rules of this table away, or let the database begin empty.`)
}

async function replace(connection: Connection, { table, column, rule, length }: Found, { inner, outer }: MaskKey): Promise<void> {
  await demandNoTrigger(connection, table)
  const name = quoted(column)
  const hash = `sha2(concat(x'${outer.toString('hex')}', unhex(sha2(concat(x'${inner.toString('hex')}', cast(convert(${name} using utf8mb4) as binary)), 256))), 256)`
  const value = { null: 'null', text: '?', hash: length === null ? hash : `left(${hash}, ${length})`, email: `concat(left(${hash}, ${EMAIL_LENGTH - EMAIL_TAIL.length}), '${EMAIL_TAIL}')` }[rule.as]
  await connection.query(`update ${quoted(table)} set ${name} = ${value}`, rule.as === 'text' ? [rule.text] : []).catch((cause: Error) => {
    throw new AppError('invalid_input', `${ruleName(rule)} could not be masked: ${cause.message}. Correct its rule, then branch again.`, { cause })
  })
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
