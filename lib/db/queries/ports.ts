import { and, eq, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { ports } from '../schema/desired'

export type PortRange = { first: number; last: number; except: readonly number[] }

/** Times the lowest free port may be taken by someone else before it is given up. */
const MAX_TRIES = 50

/**
 * Gives each of these services the lowest free private port. Whoever inserts the row has the port: an insert that meets
 * another's waits for it, finds the port taken, and looks again. Returns the services for which there was none left.
 */
export async function takePrivate(tx: Db, serviceIds: readonly string[], range: PortRange): Promise<string[]> {
  const without: string[] = []
  for (const serviceId of serviceIds) if (!(await takeOne(tx, { serviceId, purpose: 'private' }, range))) without.push(serviceId)
  return without
}

/** The port on which a database is reached from outside: the one it has, else the lowest free one; null when none is left. */
export async function takePublic(tx: Db, serviceId: string, range: PortRange): Promise<number | null> {
  const present = () => tx.select({ port: ports.port }).from(ports).where(and(eq(ports.serviceId, serviceId), eq(ports.purpose, 'public')))
  const [had] = await present()
  if (had) return had.port
  return (await takeOne(tx, { serviceId, purpose: 'public' }, range)) ? (await present())[0]!.port : null
}

async function takeOne(tx: Db, { serviceId, purpose }: { serviceId: string; purpose: 'private' | 'public' }, { first, last, except }: PortRange): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const rows = await tx.execute<{ free: number | null; taken: number | null }>(sql`
      with free as (
        select n from generate_series(${first}::int, ${last}::int) n
        where n not in (select port from ports) and n <> all (${`{${except.join(',')}}`}::int[])
        order by n limit 1
      ), taken as (
        insert into ports (port, purpose, service_id) select n, ${purpose}, ${serviceId} from free on conflict do nothing returning port
      )
      select (select n from free) as free, (select port from taken) as taken`)
    if (rows[0]!.taken !== null) return true
    if (rows[0]!.free === null) return false
  }
  return false
}
