import { setImmediate as nextTurn } from 'node:timers/promises'

import type postgres from 'postgres'

import { AppError } from '../errors'

// A transaction whose connection is lost has ended. The client says so to whoever began it, but lets the code inside go
// on, and uses the same connection for it: a statement that comes then is written to a socket that is gone, which ends
// the process, or, when the client has connected again meanwhile, is done by itself, outside any transaction.

type Tx = postgres.TransactionSql
type Work = (tx: Tx) => Promise<unknown>
type State = { hasEnded: boolean }

/** Makes every transaction of this pool refuse statements once it has ended, however it has. */
export function guardTransactions(sql: postgres.Sql): void {
  const begin = sql.begin.bind(sql) as (work: Work) => Promise<unknown>
  const guarded = async (work: Work) => {
    const state: State = { hasEnded: false }
    try {
      return await begin((tx) => inside(state, tx, work))
    } finally {
      state.hasEnded = true
    }
  }
  sql.begin = guarded as typeof sql.begin
}

async function inside(state: State, tx: Tx, work: Work): Promise<unknown> {
  // What comes after this, a commit or a rollback, must not be sent where nobody is: then nobody waits for it either.
  try {
    const result = await work(guard(state, tx))
    return state.hasEnded ? forEver() : result
  } catch (error) {
    await nextTurn()
    if (state.hasEnded || isLoss(error)) return forEver()
    throw error
  }
}

function forEver(): Promise<never> {
  return new Promise(() => {})
}

function guard(state: State, tx: Tx): Tx {
  const demand = () => {
    if (state.hasEnded) throw new AppError('unavailable', 'The connection to the database was lost in the middle of a change. Nothing of it was done; try again.')
  }
  return new Proxy(tx, {
    apply(target, self, args) {
      demand()
      return Reflect.apply(target, self, args) as unknown
    },
    get(target, key) {
      if (key === 'savepoint') {
        return async (work: Work) => {
          demand()
          return target.savepoint((inner) => inside(state, inner as unknown as Tx, work))
        }
      }
      if (key === 'unsafe') demand()
      return Reflect.get(target, key) as unknown
    },
  })
}

/** An error after which the server has closed, or will close, the connection; wrapped by Drizzle or not. */
function isLoss(error: unknown): boolean {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const { code = '', severity } = e as { code?: string; severity?: string }
    if (severity === 'FATAL' || severity === 'PANIC' || /^CONNECTION_|^(ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code)) return true
  }
  return false
}
