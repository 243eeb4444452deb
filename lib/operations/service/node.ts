import type { z } from 'zod'

import type { CronView, DeploymentSummary, ObservedView, RunSummary, ServiceNode } from '../../contract/graph'
import type { RunRow } from '../../db/queries/runs'
import type { WorkloadRow } from '../../db/queries/workloads'
import { peopleUrl, privateUrl } from '../../domain/address'
import { STAGES, type StageName } from '../../domain/deployment-status'
import { hasExited, isWell } from '../../domain/service-state'
import { nextDueAt } from './next-due'
import { isChanged, sinceOf, stateOf, type Portrait } from './portrait'

/** Where services are reached, and when it is. */
export type Here = { ingress: { domain: string; port: number; httpsPort: number | null }; now: Date }

/** A service as the canvas shows it. */
export function toNode(portrait: Portrait, { ingress, now }: Here): ServiceNode {
  const { service, active } = portrait
  const seen = active ? portrait.activeReplicas : portrait.latestReplicas
  return {
    kind: 'service',
    id: service.id,
    name: service.name,
    x: service.x,
    y: service.y,
    groupId: service.groupId,
    source: service.source,
    framework: frameworkOf(portrait),
    url: service.source.type === 'database' ? privateUrl(service) : peopleUrl(service, ingress),
    state: stateOf(portrait),
    since: sinceOf(portrait).toISOString(),
    latest: summaryOf(portrait),
    activeId: service.activeDeploymentId,
    observed: worstOf(seen),
    replicas: { wanted: replicasWanted(portrait), healthy: seen.filter(isWell).length },
    hold: service.hold,
    cron: cronOf(portrait, now),
    storedBytes: service.storedBytes,
    lastSnapshotAt: service.lastSnapshotMs === null ? null : new Date(service.lastSnapshotMs).toISOString(),
    changed: isChanged(portrait),
    revision: service.configRevision,
  }
}

function frameworkOf({ service, latest, active }: Portrait): string | null {
  return service.inspection?.recipe?.framework ?? latest?.framework ?? active?.framework ?? null
}

function summaryOf(portrait: Portrait): z.infer<typeof DeploymentSummary> | null {
  const { latest } = portrait
  if (!latest) return null
  return {
    id: latest.id,
    number: latest.number,
    status: latest.status,
    stage: stageOf(portrait),
    waitsFor: portrait.waitsFor,
    createdAt: latest.createdAt.toISOString(),
    finishedAt: latest.finishedAt?.toISOString() ?? null,
    failure: latest.failureReason === null ? null : { reason: latest.failureReason, message: latest.failureMessage ?? '' },
  }
}

/** The stage that runs now, or the last that was reached. */
function stageOf({ stages }: Portrait): StageName | null {
  const running = stages.find((stage) => stage.status === 'running')
  if (running) return running.name
  return STAGES.findLast((name) => stages.some((stage) => stage.name === name && stage.status !== 'skipped')) ?? null
}

function replicasWanted({ service, latest, active, cron }: Portrait): number {
  return cron !== null ? 0 : ((active ?? latest)?.replicas ?? service.settings.replicas ?? 1)
}

/** What is to be told of several replicas: one that ended by itself, else one that is ill, else one that starts. */
function worstOf(replicas: readonly WorkloadRow[]): z.infer<typeof ObservedView> | null {
  const badness = (row: WorkloadRow) => (hasExited(row) ? 3 : row.health === 'unhealthy' ? 2 : isWell(row) ? 0 : 1)
  const [worst] = [...replicas].sort((a, b) => badness(b) - badness(a) || (b.exitedAt?.getTime() ?? 0) - (a.exitedAt?.getTime() ?? 0) || Number(a.part) - Number(b.part))
  return worst ? toObserved(worst) : null
}

function toObserved(row: WorkloadRow): z.infer<typeof ObservedView> {
  return {
    replica: Number.parseInt(row.part, 10) || 0,
    phase: row.phase,
    health: row.health,
    healthMessage: row.healthMessage,
    pid: row.pid,
    exitCode: row.exitCode,
    exitSignal: row.exitSignal,
    exitedAt: row.exitedAt?.toISOString() ?? null,
    restarts: row.restarts,
    startedAt: row.startedAt?.toISOString() ?? null,
    observedAt: row.observedAt.toISOString(),
  }
}

function cronOf({ service, active, cron, lastRun }: Portrait, now: Date): CronView | null {
  if (cron === null) return null
  const runs = active !== null && service.desired === 'running'
  return {
    schedule: cron.schedule,
    timeZone: cron.timeZone,
    nextDueAt: (runs && nextDueAt(cron, now)?.toISOString()) || null,
    lastRun: lastRun && toRunSummary(lastRun),
    isRunning: lastRun?.isRunning ?? false,
  }
}

/** A run as a node shows it. */
export function toRunSummary(run: RunRow): z.infer<typeof RunSummary> {
  return {
    id: run.id,
    status: run.status,
    trigger: run.trigger,
    dueAt: run.dueAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    exitCode: run.exitCode,
  }
}
