import type { DeploymentRow, EnvironmentRows } from '../../db/queries/engine/desired'
import type { PlannedDeployment, SeenWorkload, World } from '../planner/world'

/** What the planner is given, from rows and what was just seen. */
export function toWorld(rows: EnvironmentRows, seen: readonly SeenWorkload[]): World {
  // Without its environment a service is as good as deleted.
  const isGone = rows.environment === null || rows.environment.deleted
  return {
    seen,
    services: rows.services.map((service) => ({
      id: service.id,
      name: service.name,
      desired: isGone ? 'deleted' : service.desired,
      targetId: service.targetDeploymentId ?? service.activeDeploymentId,
      activeId: service.activeDeploymentId,
      drainMs: drainMsOf(rows, service.activeDeploymentId) ?? service.settings.drainS * 1000,
      deployments: rows.deployments.filter((row) => row.serviceId === service.id).map((row) => toPlanned(row, rows)),
    })),
  }
}

function toPlanned(row: DeploymentRow, rows: EnvironmentRows): PlannedDeployment {
  return { id: row.id, status: row.status, port: rows.ports.get(row.id) ?? null, deadlineMs: row.spec.settings.health.deadlineS * 1000, retiredAt: row.retiredAt }
}

function drainMsOf(rows: EnvironmentRows, activeId: string | null): number | null {
  const active = rows.deployments.find((row) => row.id === activeId)
  return active ? active.spec.settings.drainS * 1000 : null
}
