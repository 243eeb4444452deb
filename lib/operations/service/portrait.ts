import type { Db } from '../../db/connection'
import { newestAnd, type DeploymentBrief } from '../../db/queries/deployments'
import type { PlacedService } from '../../db/queries/services'
import { ofDeployments as stagesOf, type StageRow } from '../../db/queries/stages'
import { ofDeployments as workloadsOf, type WorkloadRow } from '../../db/queries/workloads'
import { isProgressing } from '../../domain/deployment-status'
import { serviceState, type ServiceState } from '../../domain/service-state'

/** A service as wanted, with everything that is known of what it does. */
export type Portrait = {
  service: PlacedService
  latest: DeploymentBrief | null
  active: DeploymentBrief | null
  /** Stages of the latest deployment, in no order. */
  stages: readonly StageRow[]
  /** What was last seen of the active deployment. */
  activeWorkload: WorkloadRow | null
  /** What was last seen of the latest one: of a first version that has not become healthy yet. */
  latestWorkload: WorkloadRow | null
}

/** Loads what is known of these services: three queries, however many they are. */
export async function portray(db: Db, services: readonly PlacedService[]): Promise<Portrait[]> {
  const activeIds = services.flatMap((service) => service.activeDeploymentId ?? [])
  const briefs = await newestAnd(db, services.map((service) => service.id), activeIds)
  const byId = new Map(briefs.map((brief) => [brief.id, brief]))
  const latest = newestOf(briefs)
  const stages = await stagesOf(db, [...latest.values()].map((brief) => brief.id))
  const workloads = await workloadsOf(db, briefs.map((brief) => brief.id))
  return services.map((service) => {
    const own = latest.get(service.id) ?? null
    const active = (service.activeDeploymentId && byId.get(service.activeDeploymentId)) || null
    return {
      service,
      latest: own,
      active,
      stages: (own && stages.get(own.id)) ?? [],
      activeWorkload: (active && workloads.get(active.id)) ?? null,
      latestWorkload: (own && workloads.get(own.id)) ?? null,
    }
  })
}

function newestOf(briefs: readonly DeploymentBrief[]): Map<string, DeploymentBrief> {
  const newest = new Map<string, DeploymentBrief>()
  for (const brief of briefs) if (brief.number > (newest.get(brief.serviceId)?.number ?? 0)) newest.set(brief.serviceId, brief)
  return newest
}

/** The one word for it. A process that the platform ended itself has not crashed. */
export function stateOf({ service, latest, activeWorkload }: Portrait): ServiceState {
  const ended = activeWorkload?.phase === 'exited' && activeWorkload.exitByPlatform
  return serviceState({ desired: service.desired, latest, hasActive: service.activeDeploymentId !== null, workload: ended ? null : activeWorkload })
}

/** Since when it is in that state. */
export function sinceOf(portrait: Portrait): Date {
  const { service, latest, active, activeWorkload } = portrait
  switch (stateOf(portrait)) {
    case 'removing':
    case 'suspended':
    case 'sleeping':
      return service.desiredAt
    case 'not_deployed':
      return latest?.finishedAt ?? service.createdAt
    case 'queued':
      return latest!.createdAt
    case 'building':
      return latest!.startedAt ?? latest!.createdAt
    case 'releasing':
      return latest!.releasedAt ?? latest!.startedAt ?? latest!.createdAt
    case 'failed':
      return latest!.finishedAt ?? latest!.createdAt
    case 'running':
    case 'degraded':
    case 'crashing':
      return later(activeWorkload?.changedAt ?? active?.activatedAt ?? service.createdAt, service.desiredAt)
  }
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b
}

/**
 * Whether the settings or variables differ from what is deployed: from the version on its way when there is one, else
 * from the one that serves, else from the last that was tried.
 */
export function isChanged({ service, latest, active }: Portrait): boolean {
  const deployed = latest && isProgressing(latest.status) ? latest : (active ?? latest)
  return deployed !== null && deployed.configRevision !== service.configRevision
}
