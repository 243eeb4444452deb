import { setTimeout as sleep } from 'node:timers/promises'

import type { Sql } from '../../connection'

/** One lock or several that PostgreSQL lets go of by itself when their holder dies. */
export type Lock = {
  /** Whether it is still held; taken again when the connection was lost meanwhile. False when somebody else has it. */
  hold(): Promise<boolean>
  release(): Promise<void>
}

type Connection = Awaited<ReturnType<Sql['reserve']>>

/** Takes all of these locks, or answers null when somebody has one. Uses a connection of the pool for as long as they are held. */
export async function tryLock(sql: Sql, ...names: readonly string[]): Promise<Lock | null> {
  let connection = await takeAgain(sql, names)
  if (!connection) return null
  let looking: Promise<boolean> | null = null
  let isReleased = false
  const hold = async () => {
    if (connection && (await has(connection, names))) return true
    connection?.release()
    connection = null
    connection = await takeAgain(sql, names)
    return connection !== null
  }
  return {
    // One look at a time: two would take them on two connections.
    hold: async () => !isReleased && (looking ??= hold().finally(() => (looking = null))),
    async release() {
      isReleased = true
      await looking?.catch(() => undefined)
      if (!connection) return
      const mine = connection
      connection = null
      await letGo(mine)
    },
  }
}

const WAIT_MS = 200
const MAX_TRIES = 5

/** Does something while a named lock is held, after waiting for it. Waiting ends with the signal. */
export async function withLock<T>(sql: Sql, { name, signal }: { name: string; signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted()
    const lock = await tryLock(sql, name)
    if (lock) return work().finally(() => lock.release())
    await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function take(sql: Sql, names: readonly string[]): Promise<Connection | null> {
  const connection = await sql.reserve()
  try {
    for (const name of names) {
      const [row] = await connection`select pg_try_advisory_lock(hashtextextended(${name}, 0)) as taken`
      if (row!.taken) continue
      await letGo(connection)
      return null
    }
    return connection
  } catch (error) {
    await letGo(connection)
    throw error
  }
}

/** After a restart of PostgreSQL the pool may hand out connections that were cut: each is found out once. */
async function takeAgain(sql: Sql, names: readonly string[]): Promise<Connection | null> {
  for (let tries = 1; ; tries++) {
    try {
      return await take(sql, names)
    } catch (error) {
      if (tries === MAX_TRIES) throw error
      await sleep(WAIT_MS)
    }
  }
}

/** The connection holds nothing else; and one that was lost has let go by itself. */
async function letGo(connection: Connection): Promise<void> {
  await connection`select pg_advisory_unlock_all()`.catch(() => undefined)
  connection.release()
}

/** Whether the session at the other end of a connection has the locks: after a lost connection it is another session. */
async function has(connection: Connection, names: readonly string[]): Promise<boolean> {
  try {
    const rows = await connection`
      select 1 from unnest(${[...names]}::text[]) as name where exists (
        select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
          and ((classid::bigint << 32) | objid::bigint) = hashtextextended(name, 0) and objsubid = 1)`
    return rows.length === names.length
  } catch {
    return false
  }
}

/** Name of the lock held while a deployment is worked on. */
export function deploymentLock(deploymentId: string): string {
  return `deployment:${deploymentId}`
}

/** Name of the lock held while something of a service is built: its caches are used by one build at a time. */
export function buildLock(serviceId: string): string {
  return `build:${serviceId}`
}

/** Name of the lock held while the source of a service is read. */
export function inspectionLock(serviceId: string): string {
  return `inspect:${serviceId}`
}

/** Name of the lock held while an environment is reconciled. */
export function environmentLock(environmentId: string): string {
  return `environment:${environmentId}`
}
