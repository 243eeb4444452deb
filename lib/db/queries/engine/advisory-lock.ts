import type { Sql } from '../../connection'

/** A lock that PostgreSQL lets go of by itself when its holder dies. */
export type Lock = { release(): Promise<void> }

/** Takes a named lock, or answers null when somebody has it. Uses a connection of the pool for as long as it is held. */
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
      try {
        await connection`select pg_advisory_unlock(hashtextextended(${name}, 0))`
      } finally {
        connection.release()
      }
    },
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
