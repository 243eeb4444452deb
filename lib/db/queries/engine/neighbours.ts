import { and, eq, inArray } from 'drizzle-orm'

import type { Source } from '../../../contract/source'
import type { Db } from '../../connection'
import { containerPortOfService } from '../container-port'
import { siteHostOfService } from '../site-host'
import { ports, services, variables } from '../../schema/desired'

export type Neighbour = {
  id: string
  name: string
  hostLabel: string
  siteHost: { hostname: string; isSecure: boolean } | null
  privatePort: number | null
  containerPort: number
  source: Source
  variables: (typeof variables.$inferSelect)[]
}

/** The services of an environment with what others may refer to. */
export async function ofEnvironment(db: Db, environmentId: string): Promise<Neighbour[]> {
  const rows = await db
    .select({ id: services.id, name: services.name, hostLabel: services.hostLabel, siteHost: siteHostOfService, privatePort: ports.port, containerPort: containerPortOfService, source: services.source })
    .from(services)
    .leftJoin(ports, and(eq(ports.serviceId, services.id), eq(ports.purpose, 'private')))
    .where(eq(services.environmentId, environmentId))
  if (rows.length === 0) return []
  const values = await db.select().from(variables).where(inArray(variables.serviceId, rows.map((row) => row.id)))
  return rows.map((row) => ({ ...row, variables: values.filter((variable) => variable.serviceId === row.id) }))
}
