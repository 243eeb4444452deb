import type { Socket } from 'node:net'

import mysql, { type Connection, type FieldPacket, type ResultSetHeader } from 'mysql2'

import { MOST_ROWS, STATEMENT_S, type CellForm, type DataAnswer, type DataCell } from '../../../contract/data'
import { ENGINES } from '../../../domain/engine/engines'
import { firstWord } from '../../../domain/sql-text'
import { AppError } from '../../../errors'
import { cellOf, pageOf } from './cells'
import { inWords, refusedPassword } from './connect'
import type { Login, RunAsk, TableExplorer } from './explorer'
import { shown, type Answered, type Ask } from './mysql-ask'
import { readCell, readRows, readTables } from './mysql-tables'

// MariaDB and MySQL. Statements of people are prepared, which takes one at a time. All reading is inside of a read-only
// transaction; what could end that one first, which a procedure could, is not run there.

const READS = ['select', 'with', 'values', 'table', 'explain', 'show', 'describe', 'desc']

export const mysqlData: TableExplorer = {
  overview: (login, signal) => reading(login, signal, (ask) => readTables(ask)),
  rows: (login, ask, signal) => reading(login, signal, (sql) => readRows(sql, ask)),
  cell: (login, ask, signal) => reading(login, signal, (sql) => readCell(sql, ask)),
  run(login, ask, signal) {
    if (ask.write) return withConnection(login, signal, { seconds: login.limitS ?? STATEMENT_S.write }, (sql) => run(sql, ask))
    const word = firstWord(ask.statement, 'mysql')
    if (word === null || !READS.includes(word)) throw new AppError('invalid_input', `Only statements that read are run here: they begin with ${READS.join(', ')}. Whoever may write can turn writing on.`, { fields: { statement: 'Does not only read.' } })
    return reading(login, signal, (sql) => run(sql, ask))
  },
}

type Limits = { seconds: number; /** Statements of ours before all others. */ first?: readonly string[] }

function withConnection<T>(login: Login, signal: AbortSignal, { seconds, first = [] }: Limits, work: (ask: Ask) => Promise<T>): Promise<T> {
  const ask = async (socket: Socket) => {
    const connection = mysql.createConnection({
      stream: socket,
      user: login.user ?? 'root',
      password: login.password,
      ...(login.database === null ? {} : { database: login.database }),
      connectTimeout: 10_000,
      charset: 'utf8mb4',
      rowsAsArray: true,
      dateStrings: true,
      jsonStrings: true,
      supportBigNumbers: true,
      bigNumberStrings: true,
      // A server is not given files of ours, whatever it asks for.
      flags: ['-LOCAL_FILES'],
      disableEval: true,
    })
    connection.on('error', () => undefined)
    try {
      const asked: Ask = (statement, values = [], most = Number.MAX_SAFE_INTEGER) => execute(connection, { statement, values, most })
      // A statement for what reads alone, in MySQL; in MariaDB for all.
      const limit = login.engine === 'mysql' ? `set session max_execution_time = ${seconds * 1000}` : `set session max_statement_time = ${seconds}`
      for (const statement of [limit, `set session lock_wait_timeout = ${seconds}`, ...first]) await said(connection, statement)
      return await work(asked)
    } finally {
      connection.destroy()
    }
  }
  return inWords(login, signal, { ask, told: (cause) => told(cause, ENGINES[login.engine].word, seconds) })
}

function reading<T>(login: Login, signal: AbortSignal, work: (ask: Ask) => Promise<T>): Promise<T> {
  // The one after this too, should this one ever end.
  return withConnection(login, signal, { seconds: login.limitS ?? STATEMENT_S.read, first: ['set session transaction read only', 'start transaction read only'] }, work)
}

/** A statement of ours, as it is: MySQL prepares not all of them. */
function said(connection: Connection, statement: string): Promise<void> {
  return new Promise((resolve, reject) => connection.query(statement, (error) => (error ? reject(error) : resolve())))
}

/** One statement, by the protocol that prepares it. */
function execute(connection: Connection, { statement, values, most }: { statement: string; values: readonly string[]; most: number }): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const answered: Answered = { fields: [], rows: [], header: null }
    const query = connection.execute(statement, [...values])
    query.on('fields', (fields: FieldPacket[] | undefined) => void (answered.fields = fields ?? []))
    query.on('result', (row: unknown) => {
      if (!Array.isArray(row)) return void (answered.header ??= row as ResultSetHeader)
      answered.rows.push(row)
      if (answered.rows.length < most) return
      // There is no other way to stop it.
      connection.destroy()
      resolve(answered)
    })
    query.once('error', reject)
    query.once('end', () => resolve(answered))
  })
}

async function run(ask: Ask, { statement }: RunAsk): Promise<DataAnswer> {
  const began = performance.now()
  const most = MOST_ROWS.statement
  // The server's own limit, for statements that name none.
  await ask(`set session sql_select_limit = ${most + 1}`)
  const { fields, rows, header } = await ask(statement, [], most + 1)
  const columns = fields.map((field) => ({ name: field.name, ...typeOf(field), isKey: false }))
  const page = pageOf(rows.map((row): DataCell[] => row.map((value) => cellOf(shown(value)))), most)
  return { columns, ...page, changed: fields.length > 0 ? null : (header?.affectedRows ?? null), durationMs: Math.round(performance.now() - began) }
}

const BINARY = 63
const NUMBERS = new Set<number>([mysql.Types.DECIMAL, mysql.Types.NEWDECIMAL, mysql.Types.TINY, mysql.Types.SHORT, mysql.Types.LONG, mysql.Types.LONGLONG, mysql.Types.INT24, mysql.Types.FLOAT, mysql.Types.DOUBLE, mysql.Types.YEAR])
const TIMES = new Set<number>([mysql.Types.DATE, mysql.Types.DATETIME, mysql.Types.TIMESTAMP, mysql.Types.TIME])

function typeOf(field: FieldPacket): { type: string; form: CellForm } {
  const code = field.columnType ?? field.type ?? -1
  const type = (mysql.Types as unknown as Record<number, string>)[code]?.toLowerCase() ?? ''
  if (NUMBERS.has(code)) return { type, form: 'number' }
  if (TIMES.has(code)) return { type, form: 'time' }
  if (code === mysql.Types.JSON) return { type, form: 'json' }
  const { characterSet } = field as { characterSet?: number }
  return { type, form: characterSet === BINARY ? 'binary' : 'text' }
}

/** An error of the server as a sentence; undefined for others. */
function told(cause: unknown, word: string, seconds: number): AppError | undefined {
  const { errno, sqlMessage, code } = cause as { errno?: number; sqlMessage?: string; code?: string }
  if (errno === undefined || sqlMessage === undefined) return code === 'HANDSHAKE_NO_SSL_SUPPORT' ? new AppError('not_now', `${word} wants TLS, which is not spoken here.`) : undefined
  if (errno === 1045 || errno === 1698) return refusedPassword(word)
  if (errno === 1969 || errno === 3024 || errno === 1205) return new AppError('not_now', `It took longer than ${seconds} seconds, so ${word} ended it. Ask for less, or wait until others are done.`)
  if (errno === 1792) return new AppError('invalid_input', 'This would write, and only reading is allowed here. Whoever may write can turn writing on.')
  if (errno === 1040 || errno === 1203) return new AppError('unavailable', `${word} takes no connection now: ${sqlMessage}. Try again in a moment.`)
  return new AppError('invalid_input', `${word} says: ${sqlMessage.replace(/\.$/, '')}.${errno === 1064 ? ' One statement is run at a time.' : ''}`)
}
