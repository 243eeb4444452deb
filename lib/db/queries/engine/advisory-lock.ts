import { setTimeout as sleep } from 'node:timers/promises'

import postgres from 'postgres'

import type { Sql } from '../../connection'

/** A lock that PostgreSQL lets go of by itself when its holder dies. */
export type Lock = { release(): Promise<void> }

const RELEASE_MS = 5_000
const WAIT_MS = 200
const MAX_TRIES = 5

/** Takes a named lock for a moment, or answers null when somebody has it. Uses a connection of the pool until it is released. */
export async function tryLock(sql: Sql, name: string): Promise<Lock | null> {
  const connection = await sql.reserve()
  try {
    const [row] = await connection`select pg_try_advisory_lock(hashtextextended(${name}, 0)) as taken`
    if (!row!.taken) {
      connection.release()
      return null
    }
  } catch (error) {
    connection.release()
    throw error
  }
  return {
    async release() {
      const unlocked = connection`select pg_advisory_unlock(hashtextextended(${name}, 0))`.then(() => true, () => false)
      // A connection that was cut has let go by itself, is the pool's again already, and may never answer.
      if (await Promise.race([unlocked, sleep(RELEASE_MS, false, { ref: false })])) connection.release()
    },
  }
}

/** Locks for as long as a piece of work takes, which may be longer than a connection lasts. */
export type HeldLock = Lock & {
  /** Whether they are still held; taken again when the connection was lost meanwhile. False when somebody else has one. */
  hold(): Promise<boolean>
}

/** Takes all of these locks, or answers null when somebody has one. Uses a connection of its own. */
export async function holdLocks(sql: Sql, ...names: readonly string[]): Promise<HeldLock | null> {
  const own = postgres({ ...sql.options, max: 1, idle_timeout: null, max_lifetime: null } as unknown as postgres.Options<Record<string, never>>)
  const takeAll = async () => {
    for (const name of names) {
      if (await take(own, name)) continue
      await own`select pg_advisory_unlock_all()`
      return false
    }
    return true
  }
  let looking: Promise<boolean> | null = null
  let isReleased = false
  const hold = async () => !isReleased && (looking ??= despiteCuts(takeAll).finally(() => (looking = null)))
  const release = async () => {
    isReleased = true
    await looking?.catch(() => undefined)
    // With its connection it is let go of anyway; this way it is at once.
    await own`select pg_advisory_unlock_all()`.catch(() => undefined)
    await own.end({ timeout: 1 })
  }
  const isTaken = await hold().catch(async (error: unknown) => {
    await release()
    throw error
  })
  if (isTaken) return { hold, release }
  await release()
  return null
}

/** What was asked on a connection just when it was cut fails; the next one is another connection. */
async function despiteCuts<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === MAX_TRIES) throw error
      await sleep(WAIT_MS)
    }
  }
}

/** Does something while a named lock is held, after waiting for it. Waiting ends with the signal. */
export async function withLock<T>(sql: Sql, { name, signal }: { name: string; signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted()
    const lock = await holdLocks(sql, name)
    if (lock) return work().finally(() => lock.release())
    await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Takes a lock for this session, unless the session has it. Session locks count: taken twice they would need as many releases. */
async function take(own: Sql, name: string): Promise<boolean> {
  const [row] = await own`
    select case when exists (
      select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
        and ((classid::bigint << 32) | objid::bigint) = hashtextextended(${name}, 0) and objsubid = 1
    ) then true else pg_try_advisory_lock(hashtextextended(${name}, 0)) end as taken`
  return row!.taken as boolean
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

/** Name of the lock held while a snapshot is restored on trial. */
export function proofLock(snapshotId: string): string {
  return `prove:${snapshotId}`
}

/** Name of the lock held while a volume is copied or its content is replaced. */
export function snapshotLock(volumeId: string): string {
  return `snapshot:${volumeId}`
}
