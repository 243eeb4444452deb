import type { DeploymentRow, EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import { groupBy } from '../../domain/group-by'
import { settingsInForce } from '../../domain/mount'
import type { Harm } from '../../domain/harm'
import { hasPrepare } from '../../domain/prepare'
import { waitsFor } from '../../domain/start-order'
import { latest, type PlannedDeployment, type PlannedRun, type SeenWorkload, type WantedService, type World } from '../planner/world'
import type { Traffic } from '../ingress/table'

/** What was measured of the active version of a service. */
export type Guarded = { until: Date; harm: Harm | null }

export type Sights = { seen: readonly SeenWorkload[]; traffic: Traffic | null; guarded: ReadonlyMap<string, Guarded> }

/** What the planner is given, from rows and what was just seen. */
export function toWorld(rows: EnvironmentRows, sights: Sights): World {
  const deployments = groupBy(rows.deployments, (row) => row.serviceId)
  const runs = groupBy(rows.runs, (run) => run.serviceId)
  return { seen: sights.seen, services: rows.services.map((service) => toWanted({ service, deployments: deployments.get(service.id) ?? [], runs: runs.get(service.id) ?? [] }, rows, sights)) }
}

/** A service with what is its own. */
type Own = { service: ServiceRow; deployments: readonly DeploymentRow[]; runs: EnvironmentRows['runs'] }

function toWanted({ service, deployments, runs }: Own, rows: EnvironmentRows, { traffic, guarded }: Sights): WantedService {
  // Without its environment a service is as good as deleted.
  const isGone = rows.environment === null || rows.environment.deleted
  const settings = deployments.find((row) => row.id === service.activeDeploymentId)?.spec.settings ?? service.settings
  const arrival = traffic?.services[service.id]?.lastAt
  const guard = guarded.get(service.id)
  return {
    id: service.id,
    name: service.name,
    desired: isGone ? 'deleted' : service.desired,
    targetId: service.targetDeploymentId ?? service.activeDeploymentId,
    waitsFor: waitingFor(service, rows),
    activeId: service.activeDeploymentId,
    overlapMs: settings.overlapS * 1000,
    drainMs: settings.drainS * 1000,
    holdMs: settings.holdS * 1000,
    heldAt: service.heldAt,
    sleepingAt: service.sleepingAt,
    wokenAt: service.wokenAt,
    lastRequestAt: latest(rows.lastRequest.get(service.id) ?? null, arrival ? new Date(arrival) : null),
    deployments: deployments.map(toPlanned),
    runs: runs.map(({ id, deploymentId, status, startedAt, endAs }) => ({ id, deploymentId, status: status as PlannedRun['status'], startedAt, end: endAs })),
    lastDueAt: rows.lastDue.get(service.id) ?? null,
    harm: guard?.harm ?? null,
    guardUntil: guard?.until ?? null,
  }
}

function waitingFor({ targetDeploymentId }: ServiceRow, { onTheirWay, services }: EnvironmentRows): string[] {
  const target = onTheirWay.find((row) => row.id === targetDeploymentId)
  return target ? waitsFor(target, onTheirWay).map((id) => services.find((service) => service.id === id)?.name ?? id) : []
}

function toPlanned(row: DeploymentRow): PlannedDeployment {
  const settings = settingsInForce(row.spec)
  const { health, restart, cron } = settings
  return {
    id: row.id,
    status: row.status,
    deadlineMs: health.deadlineS * 1000,
    activatedAt: row.activatedAt,
    retiredAt: row.retiredAt,
    replicas: settings.replicas,
    // Two servers never work on the same data.
    rollout: row.spec.source.type === 'database' ? 'replace' : settings.rollout,
    restart,
    unhealthyMs: health.restartAfterS * 1000,
    prepare: hasPrepare(row) ? { timeoutMs: settings.preDeployTimeoutS * 1000, isDone: row.preparedAt !== null } : null,
    cron: cron && { schedule: cron.schedule, timeZone: cron.timeZone, overlap: cron.overlap, timeoutMs: cron.timeoutS * 1000 },
    sleepAfterMs: settings.sleepAfterS === null ? null : settings.sleepAfterS * 1000,
  }
}
