import { and, eq, ne, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { deployments } from '../../schema/deployment'
import { environments, ports, services } from '../../schema/desired'
import { otlpKeys } from '../../schema/otlp'
import { targets } from '../../schema/target'

const MAX_TRIES = 50

export type Sender = { serviceId: string; environmentId: string; keySealed: string }

/** Whose deployment it is, as long as its service is there and is listened to. */
export async function senderOf(db: Db, deploymentId: string): Promise<Sender | null> {
  const [row] = await db
    .select({ serviceId: services.id, environmentId: services.environmentId, keySealed: otlpKeys.keySealed })
    .from(deployments)
    .innerJoin(services, eq(services.id, deployments.serviceId))
    .innerJoin(otlpKeys, eq(otlpKeys.id, services.id))
    .where(and(eq(deployments.id, deploymentId), ne(services.desired, 'deleted'), sql`(${services.settings} ->> 'openTelemetry')::boolean`))
  return row ?? null
}

/** The sealed key of a service: the one it has, else this one. */
export async function takeKey(db: Db, serviceId: string, fresh: string): Promise<string> {
  await db.insert(otlpKeys).values({ id: serviceId, keySealed: fresh }).onConflictDoNothing()
  const [row] = await db.select({ keySealed: otlpKeys.keySealed }).from(otlpKeys).where(eq(otlpKeys.id, serviceId))
  return row!.keySealed
}

/** Forgets the key of a service: every token that was made of it is refused. */
export async function forgetKey(db: Db, serviceId: string): Promise<void> {
  await db.delete(otlpKeys).where(eq(otlpKeys.id, serviceId))
}

/** Where the receiver listens; null while it never did. */
export async function receiverPort(db: Db): Promise<number | null> {
  const [row] = await db.select({ port: ports.port }).from(ports).where(eq(ports.purpose, 'receiver'))
  return row?.port ?? null
}

/** By what address what runs on the target of an environment reaches this machine; null where that is not known. */
export async function hostAddressFor(db: Db, environmentId: string): Promise<string | null> {
  const [row] = await db.select({ seen: targets.seen }).from(environments).innerJoin(targets, eq(targets.id, environments.targetId)).where(eq(environments.id, environmentId))
  return row?.seen?.hostAddress ?? null
}

/** All such addresses. */
export async function hostAddresses(db: Db): Promise<string[]> {
  const rows = await db.select({ seen: targets.seen }).from(targets).where(sql`${targets.seen} ? 'hostAddress'`).limit(100)
  return [...new Set(rows.flatMap(({ seen }) => seen?.hostAddress ?? []))]
}

/** Another port than before, kept for the receiver: the one that was chosen, else a free one of the range. Null when none is left. */
export async function takeReceiverPort(db: Db, range: { first: number; last: number }, chosen: number | null): Promise<number | null> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('receiver port', 0))`)
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const [free] = await tx.execute<{ port: number }>(sql`
        select n as port from generate_series(${chosen ?? range.first}::int, ${chosen ?? range.last}::int) n
        where not exists (select 1 from ports where ports.port = n and ports.purpose <> 'receiver') and (${chosen !== null} or n not in (select port from ports)) order by n desc limit 1`)
      if (!free) return null
      // Somebody else listens on the former one.
      if (chosen === null) await tx.update(ports).set({ purpose: 'foreign', createdAt: sql`now()` }).where(eq(ports.purpose, 'receiver'))
      else await tx.delete(ports).where(eq(ports.purpose, 'receiver'))
      const taken = await tx.insert(ports).values({ port: free.port, purpose: 'receiver' }).onConflictDoNothing().returning({ port: ports.port })
      if (taken.length > 0) return free.port
    }
    return null
  })
}
