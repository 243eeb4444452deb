import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import type { Fact } from '../../events/record'

/** The parts of a fact that say whom it concerns. */
export function concerning(rows: EnvironmentRows, service: ServiceRow, deploymentId: string | null): Omit<Fact, 'type'> {
  return {
    subject: service.name,
    organizationId: rows.environment?.organizationId ?? null,
    projectId: rows.environment?.projectId ?? null,
    environmentId: service.environmentId,
    serviceId: service.id,
    deploymentId,
  }
}
