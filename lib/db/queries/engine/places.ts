import { and, eq } from 'drizzle-orm'

import type { Source } from '../../../contract/source'
import type { Db } from '../../connection'
import type { TargetKind } from '../../../domain/target'
import { siteHostOfService } from '../site-host'
import { environments, ports, projects, services } from '../../schema/desired'
import { targets } from '../../schema/target'

/** Where a service lives, by id and by name. */
export type Place = {
  serviceId: string
  service: string
  source: Source
  hostLabel: string
  /** See `siteHostOfService`. */
  siteHost: { hostname: string; isSecure: boolean } | null
  privatePort: number | null
  environmentId: string
  targetId: string
  targetKind: TargetKind
  environment: string
  projectId: string
  project: string
  organizationId: string
}

/** The place of a service; null when it is gone. */
export async function ofService(db: Db, serviceId: string): Promise<Place | null> {
  const [row] = await db
    .select({
      serviceId: services.id,
      service: services.name,
      source: services.source,
      hostLabel: services.hostLabel,
      siteHost: siteHostOfService,
      privatePort: ports.port,
      environmentId: environments.id,
      environment: environments.name,
      targetId: targets.id,
      targetKind: targets.kind,
      projectId: projects.id,
      project: projects.name,
      organizationId: projects.organizationId,
    })
    .from(services)
    .innerJoin(environments, eq(environments.id, services.environmentId))
    .innerJoin(targets, eq(targets.id, environments.targetId))
    .innerJoin(projects, eq(projects.id, environments.projectId))
    .leftJoin(ports, and(eq(ports.serviceId, services.id), eq(ports.purpose, 'private')))
    .where(eq(services.id, serviceId))
  return row ?? null
}
