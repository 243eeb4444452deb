import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import { append } from '../../db/queries/engine/log-lines'
import type { Db } from '../../db/connection'
import type { EventType } from '../../domain/event-type'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import type { Verdict } from '../planner/world'
import { concerning } from './facts'

export type Told = { rows: EnvironmentRows; service: ServiceRow; verdict: Verdict; now: Date }

/** Tells a verdict: a hint for the screens, a fact for the feed where it is worth one, a line in the service's log. */
export async function tell(tx: Db, { rows, service, verdict, now }: Told): Promise<void> {
  const deploymentId = deploymentOf(rows, verdict)
  if (deploymentId !== null) await announce(tx, { kind: 'deployment', environmentId: service.environmentId, deploymentId })
  await announce(tx, { kind: 'graph', environmentId: service.environmentId })
  const type = eventOf(verdict)
  if (type !== null) await record(tx, 'platform', { ...concerning(rows, service, deploymentId), type, data: dataOf(verdict) })
  const text = sentence(verdict)
  const about = deploymentId ?? service.activeDeploymentId
  if (text === null || about === null) return
  const kind = verdict.kind === 'sleep' ? 'runtime' : 'deploy'
  await append(tx, { environmentId: service.environmentId, serviceId: service.id }, [{ deploymentId: about, kind, stream: 'platform', at: now, text }])
  await announce(tx, { kind: 'log', serviceId: service.id })
}

function deploymentOf(rows: EnvironmentRows, verdict: Verdict): string | null {
  if ('deploymentId' in verdict) return verdict.deploymentId
  return 'runId' in verdict ? (rows.runs.find((run) => run.id === verdict.runId)?.deploymentId ?? null) : null
}

function eventOf(verdict: Verdict): EventType | null {
  switch (verdict.kind) {
    case 'active':
    case 'failed':
    case 'cancelled':
      return `deployment.${verdict.kind}`
    case 'harmed':
      return 'deployment.harmful'
    case 'sleep':
      return 'service.slept'
    // Runs have their own history; the feed tells what somebody should see.
    case 'run_ended':
      return verdict.status === 'failed' || verdict.status === 'timed_out' ? 'run.ended' : null
    case 'run_due':
      return verdict.status === 'missed' ? 'run.ended' : null
    default:
      return null
  }
}

function dataOf(verdict: Verdict): Record<string, unknown> {
  switch (verdict.kind) {
    case 'failed':
      return { reason: verdict.reason, message: verdict.message }
    case 'harmed':
      return { ...verdict.harm }
    case 'run_ended':
      return { runId: verdict.runId, status: verdict.status, exitCode: verdict.exitCode, message: verdict.message }
    case 'run_due':
      return { status: verdict.status, dueAt: verdict.dueAt.toISOString() }
    default:
      return {}
  }
}

function sentence(verdict: Verdict): string | null {
  switch (verdict.kind) {
    case 'active':
      return 'It is healthy; traffic goes to this version.'
    case 'failed':
      return `This version was given up. ${verdict.message}`
    case 'cancelled':
      return 'The service was stopped while this version was starting.'
    case 'harmed':
      return verdict.harm.message
    case 'hold':
      return 'Requests wait at the ingress while this version makes room for the next.'
    case 'sleep':
      return 'Nobody has asked for it; it goes to sleep until the next request.'
    default:
      return null
  }
}
