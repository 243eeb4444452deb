import { Socket } from 'node:net'

import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'

import { guardTransactions } from './guard-transactions'
import { makeReserve } from './reserve'
import { schema } from './schema'

/** The database handle, or a transaction: query functions take either. */
export type Db = Pick<PostgresJsDatabase<typeof schema>, 'select' | 'selectDistinct' | 'selectDistinctOn' | 'insert' | 'update' | 'delete' | 'execute' | 'query' | 'transaction' | '$with' | 'with'>

export type Sql = postgres.Sql

export type Database = { db: PostgresJsDatabase<typeof schema>; sql: Sql; close(): Promise<void> }

/** Opens a pool. `poolSize` connections at most, opened when needed and closed after a minute of rest; reserved ones besides. */
export function connect(url: string, options: { poolSize: number; name: string }): Database {
  const common = { connect_timeout: 10, onnotice: () => {}, connection: { application_name: `easel-${options.name}` }, socket: makeDialer() }
  const sql = postgres(url, { ...common, max: options.poolSize, idle_timeout: 60 })
  const reserve = makeReserve(url, common)
  guardTransactions(sql)
  sql.reserve = reserve.take
  return { db: drizzle(sql, { schema }), sql, close: async () => void (await Promise.all([sql.end({ timeout: 5 }), reserve.close()])) }
}

/**
 * Connections whose small messages go at once. Without that the end of a COPY, and what is asked next, each wait for the server to acknowledge what came
 * before, which it puts off for 40 ms (RFC 896, RFC 1122 4.2.3.2). What is written before a connection is there, goes when it is; of several hosts each has its turn.
 */
function makeDialer(): (place: { path: string | false; host: string[]; port: number[] }) => Socket {
  let turn = 0
  return ({ path, host, port }) => {
    const socket = new Socket().setNoDelay(true)
    const place = turn++ % port.length
    return path ? socket.connect(path) : socket.connect(port[place]!, host[place]!)
  }
}

/** True for a violation of the named unique index (SQLSTATE 23505), also when Drizzle wrapped it. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const { code, constraint_name: name } = e as { code?: string; constraint_name?: string }
    if (code === '23505') return constraint === undefined || name === constraint
  }
  return false
}

/** True when PostgreSQL ended this transaction because several waited for each other in a circle (SQLSTATE 40P01): done again, it finds the others gone. */
export function isDeadlock(error: unknown): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) if ((e as { code?: string }).code === '40P01') return true
  return false
}
