import type { CronSettings } from '../../contract/service-settings'
import type { Db } from '../../db/connection'
import { newestAnd, type DeploymentBrief } from '../../db/queries/deployments'
import { newestOf as newestRunsOf, type LastRun } from '../../db/queries/runs'
import type { PlacedService } from '../../db/queries/services'
import { ofDeployments as stagesOf, type StageRow } from '../../db/queries/stages'
import { replicasOf, type WorkloadRow } from '../../db/queries/workloads'
import { waitingIn } from '../deployment/waiting'
import { isProgressing } from '../../domain/deployment-status'
import { serviceState, type ServiceState } from '../../domain/service-state'

/** A service as wanted, with everything that is known of what it does. */
export type Portrait = {
  service: PlacedService
  latest: DeploymentBrief | null
  active: DeploymentBrief | null
  /** Stages of the latest deployment, in no order. */
  stages: readonly StageRow[]
  /** What was last seen of the active deployment's replicas. */
  activeReplicas: readonly WorkloadRow[]
  /** What was last seen of the latest one's: of a first version that has not become healthy yet. */
  latestReplicas: readonly WorkloadRow[]
  /** The schedule it runs by, or will first; null for one that listens. */
  cron: CronSettings | null
  lastRun: LastRun | null
  /** Names of the services that the latest deployment waits for before it starts. */
  waitsFor: string[]
}

/** Loads what is known of these services: four queries, one more while something is released, however many they are. */
export async function portray(db: Db, services: readonly PlacedService[]): Promise<Portrait[]> {
  const activeIds = services.flatMap((service) => service.activeDeploymentId ?? [])
  const briefs = await newestAnd(db, services.map((service) => service.id), activeIds)
  const byId = new Map(briefs.map((brief) => [brief.id, brief]))
  const latest = newestOf(briefs)
  const stages = await stagesOf(db, [...latest.values()].map((brief) => brief.id))
  const replicas = await replicasOf(db, briefs.map((brief) => brief.id))
  const portraits = services.map((service) => {
    const own = latest.get(service.id) ?? null
    const active = (service.activeDeploymentId && byId.get(service.activeDeploymentId)) || null
    return {
      service,
      latest: own,
      active,
      stages: (own && stages.get(own.id)) ?? [],
      activeReplicas: (active && replicas.get(active.id)) ?? [],
      latestReplicas: (own && replicas.get(own.id)) ?? [],
      cron: (active ? active.cron : service.settings.cron) ?? null,
    }
  })
  const waiting = await waitingIn(db, portraits.flatMap((portrait) => (portrait.latest?.status === 'releasing' ? [portrait.service.environmentId] : [])))
  const runs = await newestRunsOf(db, portraits.filter(({ cron }) => cron !== null).map(({ service }) => service.id))
  return portraits.map((portrait) => ({ ...portrait, lastRun: runs.get(portrait.service.id) ?? null, waitsFor: waiting.get(portrait.latest?.id ?? '') ?? [] }))
}

function newestOf(briefs: readonly DeploymentBrief[]): Map<string, DeploymentBrief> {
  const newest = new Map<string, DeploymentBrief>()
  for (const brief of briefs) if (brief.number > (newest.get(brief.serviceId)?.number ?? 0)) newest.set(brief.serviceId, brief)
  return newest
}

/** The one word for it. */
export function stateOf({ service, latest, active, activeReplicas }: Portrait): ServiceState {
  const version = active && { replicas: active.replicas, restart: active.restart, isCron: active.cron !== null }
  return serviceState({ desired: service.desired, latest, active: version, isSleeping: service.sleepingAt !== null, replicas: activeReplicas })
}

/** Since when it is in that state. */
export function sinceOf(portrait: Portrait): Date {
  const { service, latest, active, activeReplicas } = portrait
  switch (stateOf(portrait)) {
    case 'removing':
    case 'suspended':
      return service.desiredAt
    case 'sleeping':
      return service.sleepingAt!
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
    case 'scheduled':
      return later(active?.activatedAt ?? service.createdAt, service.desiredAt)
    case 'running':
    case 'degraded':
    case 'crashing':
    case 'crashed':
    case 'exited':
      return later(lastChangeOf(activeReplicas) ?? active?.activatedAt ?? service.createdAt, service.desiredAt)
  }
}

function lastChangeOf(replicas: readonly WorkloadRow[]): Date | null {
  return replicas.map((replica) => replica.changedAt).reduce<Date | null>((last, at) => (last ? later(last, at) : at), null)
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
