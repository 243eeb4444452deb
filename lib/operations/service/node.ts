import type { z } from 'zod'

import type { DeploymentSummary, ObservedView, ServiceNode } from '../../contract/graph'
import type { WorkloadRow } from '../../db/queries/workloads'
import { publicUrl } from '../../domain/address'
import { STAGES, type StageName } from '../../domain/deployment-status'
import { isChanged, sinceOf, stateOf, type Portrait } from './portrait'

/** A service as the canvas shows it. */
export function toNode(portrait: Portrait, ingress: { domain: string; port: number }): ServiceNode {
  const { service, active } = portrait
  const workload = active ? portrait.activeWorkload : portrait.latestWorkload
  return {
    kind: 'service',
    id: service.id,
    name: service.name,
    x: service.x,
    y: service.y,
    source: service.source,
    framework: frameworkOf(portrait),
    url: publicUrl(service.hostLabel, ingress),
    state: stateOf(portrait),
    since: sinceOf(portrait).toISOString(),
    latest: summaryOf(portrait),
    activeId: service.activeDeploymentId,
    observed: workload && toObserved(workload),
    changed: isChanged(portrait),
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

function toObserved(row: WorkloadRow): z.infer<typeof ObservedView> {
  return {
    phase: row.phase,
    health: row.health,
    healthMessage: row.healthMessage,
    pid: row.pid,
    exitCode: row.exitCode,
    restarts: row.restarts,
    startedAt: row.startedAt?.toISOString() ?? null,
    observedAt: row.observedAt.toISOString(),
  }
}
