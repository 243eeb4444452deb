import { and, eq, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { ports } from '../schema/desired'

/** `avoid`: taken only when no others are left. */
export type PortRange = { first: number; last: number; avoid: { first: number; last: number } | null; except: readonly number[] }

/** Times the lowest free port may be taken by someone else before it is given up. */
const MAX_TRIES = 50

/**
 * Gives each of these services the lowest free private port that is not to be avoided. Whoever inserts the row has the port: an insert that meets
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

async function takeOne(tx: Db, { serviceId, purpose }: { serviceId: string; purpose: 'private' | 'public' }, { first, last, avoid, except }: PortRange): Promise<boolean> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const rows = await tx.execute<{ free: number | null; taken: number | null }>(sql`
      with free as (
        select n from generate_series(${first}::int, ${last}::int) n
        where n not in (select port from ports) and n <> all (${`{${except.join(',')}}`}::int[])
        order by n between ${avoid?.first ?? 0}::int and ${avoid?.last ?? -1}::int, n limit 1
      ), taken as (
        insert into ports (port, purpose, service_id) select n, ${purpose}, ${serviceId} from free on conflict do nothing returning port
      )
      select (select n from free) as free, (select port from taken) as taken`)
    if (rows[0]!.taken !== null) return true
    if (rows[0]!.free === null) return false
  }
  return false
}

/** Another program listens on the private port of a service: nobody is given that one for a while. Answers whether there was another one for it. */
export async function leavePrivate(tx: Db, { serviceId, port }: { serviceId: string; port: number }, range: PortRange): Promise<boolean> {
  const left = await tx.update(ports).set({ purpose: 'foreign', serviceId: null, createdAt: sql`now()` }).where(and(eq(ports.port, port), eq(ports.serviceId, serviceId), eq(ports.purpose, 'private'))).returning({ port: ports.port })
  if (left.length === 0) return false
  if (await takeOne(tx, { serviceId, purpose: 'private' }, range)) return true
  await tx.update(ports).set({ purpose: 'private', serviceId }).where(eq(ports.port, port))
  return false
}
