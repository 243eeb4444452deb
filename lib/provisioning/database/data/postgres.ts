import type { Socket } from 'node:net'

import client, { type Sql } from 'postgres'

import { MOST_ROWS, STATEMENT_S, type CellForm, type DataAnswer, type DataCell, type DataOverview } from '../../../contract/data'
import { firstWord } from '../../../domain/sql-text'
import { AppError } from '../../../errors'
import { cellOf, pageOf } from './cells'
import { inWords, refusedPassword } from './connect'
import type { Login, RunAsk, TableExplorer } from './explorer'
import { readCell, readRows } from './postgres-table'
import { readTables } from './postgres-tables'

// PostgreSQL. Statements of people go by the extended protocol, which takes one at a time; all reading is inside of a read-only
// transaction that has begun before, so nothing in a statement can turn it into another one.

const READS = ['select', 'with', 'values', 'table', 'explain', 'show']

export const postgresData: TableExplorer = {
  overview: (login, signal) => reading(login, signal, (sql): Promise<DataOverview> => readTables(sql)),
  rows: (login, ask, signal) => reading(login, signal, (sql) => readRows(sql, ask)),
  cell: (login, ask, signal) => reading(login, signal, (sql) => readCell(sql, ask)),
  run(login, ask, signal) {
    const word = firstWord(ask.statement, 'postgres')
    if (word === 'copy') throw new AppError('invalid_input', 'COPY moves files and streams, which cannot be shown here. Use a client of PostgreSQL.')
    if (ask.write) return withSql(login, signal, { seconds: login.limitS ?? STATEMENT_S.write }, (sql) => run(sql, ask))
    if (word === null || !READS.includes(word)) throw new AppError('invalid_input', `Only statements that read are run here: they begin with ${READS.join(', ')}. Whoever may write can turn writing on.`, { fields: { statement: 'Does not only read.' } })
    return reading(login, signal, async (sql) => {
      await asReader(sql)
      return run(sql, ask)
    })
  },
}

function withSql<T>(login: Login, signal: AbortSignal, { seconds }: { seconds: number }, work: (sql: Sql) => Promise<T>): Promise<T> {
  const ask = async (socket: Socket) => {
    const options = {
      host: login.host,
      port: login.port,
      user: login.user ?? 'postgres',
      password: login.password,
      database: login.database ?? login.user ?? 'postgres',
      max: 1,
      max_lifetime: null,
      connect_timeout: 10,
      fetch_types: false,
      onnotice: () => {},
      connection: { application_name: 'easel data', statement_timeout: seconds * 1000, lock_timeout: seconds * 1000, idle_in_transaction_session_timeout: 60_000 },
      // Known to postgres.js, not to its types.
      socket: () => socket,
    }
    const sql = client(options)
    try {
      return await work(sql)
    } finally {
      void sql.end({ timeout: 0 }).catch(() => undefined)
    }
  }
  return inWords(login, signal, { ask, told: (cause) => told(cause, seconds) })
}

/** In a read-only transaction that is never committed. Once it has looked at something it cannot become another one. */
function reading<T>(login: Login, signal: AbortSignal, work: (sql: Sql) => Promise<T>): Promise<T> {
  return withSql(login, signal, { seconds: login.limitS ?? STATEMENT_S.read }, async (sql) => {
    await sql.unsafe('begin isolation level read committed read only')
    await sql.unsafe('select 1')
    return work(sql)
  })
}

/** The user that an image makes may do anything to the server and its files: whoever reads, reads as somebody who can only that. */
async function asReader(sql: Sql): Promise<void> {
  const [self] = await sql.unsafe<{ rolsuper: boolean }[]>('select rolsuper from pg_catalog.pg_roles where rolname = current_user')
  // Rows that a policy would hide are an error then, not silently absent.
  if (self?.rolsuper) await sql.unsafe('set local role pg_read_all_data; set local row_security = off')
}

async function run(sql: Sql, { statement, write }: RunAsk): Promise<DataAnswer> {
  const began = performance.now()
  const most = MOST_ROWS.statement
  const query = sql.unsafe(statement, [], { prepare: true, simple: false } as object).raw()
  let first: Answered | null = null
  // The server stops after that many rows: it is asked for no more. What writes is carried out to its end.
  const result = (await (write && !STOPPABLE.includes(firstWord(statement, 'postgres') ?? '')
    ? query
    : query.cursor(most + 1, (chunk) => {
        first = chunk as unknown as Answered
        return first.length > most ? sql.CLOSE : undefined
      }))) as unknown as Answered
  const { columns, rows } = readAnswer(first ?? result)
  const changed = WRITES.includes(result.command) ? result.count : null
  return { columns, ...pageOf(rows, most), changed, durationMs: Math.round(performance.now() - began) }
}

/** Begins of statements that have done nothing that would be undone by stopping in their midst. */
const STOPPABLE = ['select', 'values', 'table', 'show']
const WRITES = ['INSERT', 'UPDATE', 'DELETE', 'MERGE']

type Answered = (Buffer | null)[][] & { columns?: { name: string; type: number }[]; command: string; count: number }

function readAnswer(answered: Answered): Pick<DataAnswer, 'columns'> & { rows: DataCell[][] } {
  const columns = (answered.columns ?? []).map(({ name, type }) => ({ name, ...(TYPES[type] ?? OTHER), isKey: false }))
  return { columns, rows: [...answered].map((row) => row.map((value) => cellOf(value === null ? null : value.toString('utf8')))) }
}

const OTHER = { type: '', form: 'text' } as const
/** The types of answers that are shown in a way of their own, by their numbers, which never change. */
const TYPES: Record<number, { type: string; form: CellForm }> = {
  16: { type: 'boolean', form: 'boolean' },
  17: { type: 'bytea', form: 'binary' },
  20: { type: 'bigint', form: 'number' },
  21: { type: 'smallint', form: 'number' },
  23: { type: 'integer', form: 'number' },
  25: { type: 'text', form: 'text' },
  114: { type: 'json', form: 'json' },
  700: { type: 'real', form: 'number' },
  701: { type: 'double precision', form: 'number' },
  1043: { type: 'character varying', form: 'text' },
  1082: { type: 'date', form: 'time' },
  1114: { type: 'timestamp', form: 'time' },
  1184: { type: 'timestamp with time zone', form: 'time' },
  1700: { type: 'numeric', form: 'number' },
  2950: { type: 'uuid', form: 'text' },
  3802: { type: 'jsonb', form: 'json' },
}

/** An error of the server as a sentence; undefined for others. */
function told(cause: unknown, seconds: number): AppError | undefined {
  if (!(cause instanceof client.PostgresError)) return undefined
  const { code, message, position } = cause
  if (code.startsWith('28')) return refusedPassword('PostgreSQL')
  if (code === '57014' || code === '55P03') return new AppError('not_now', `It took longer than ${seconds} seconds, so PostgreSQL ended it. Ask for less, or wait until others are done.`)
  if (code === '25006') return new AppError('invalid_input', 'This would write, and only reading is allowed here. Whoever may write can turn writing on.')
  if (code === '53300' || code === '57P03') return new AppError('unavailable', `PostgreSQL takes no connection now: ${message}. Try again in a moment.`)
  const hint = /multiple commands/.test(message) ? ' Run one statement at a time.' : ''
  return new AppError('invalid_input', `PostgreSQL says: ${message}${position ? `, at character ${position}` : ''}.${hint}`)
}
