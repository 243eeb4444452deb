import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import type { Failure } from '../../domain/failure'
import { isAppError } from '../../errors'
import { failureIn } from '../deploy/disk-full'
import type { Engine } from '../engine'
import { after, type Step } from '../planner/world'
import type { Outcome } from './outcome'
import { writeVerdict } from './write-verdict'

const AGAIN_MS = 2_000
const HOPELESS_AGAIN_MS = 60_000

type Hopeless = { service: ServiceRow; deploymentId: string; part: string; failure: Failure }

/** A deployment that cannot be started: a new one is given up, one that has served is tried again now and then. */
export async function cannotRun(engine: Engine, rows: EnvironmentRows, { service, deploymentId, part, failure }: Hopeless): Promise<Outcome> {
  const run = rows.runs.find((candidate) => candidate.id === part)
  if (run) {
    await writeVerdict(engine, rows, service, { kind: 'run_ended', runId: run.id, status: 'failed', exitCode: null, exitSignal: null, message: failure.message })
    return { changed: true, look: null }
  }
  if (rows.deployments.find((row) => row.id === deploymentId)?.status === 'releasing') {
    await writeVerdict(engine, rows, service, { kind: 'failed', deploymentId, ...failure })
    return { changed: true, look: null }
  }
  engine.log.error({ service: service.id, deployment: deploymentId, reason: failure.reason }, 'the version that should serve cannot be started')
  return { changed: false, look: { at: after(engine.now(), HOPELESS_AGAIN_MS), why: failure.message }, trouble: `${service.name} cannot be started. ${failure.message}` }
}

/** After a step that threw: again soon, but a new version that could not be started within its deadline is given up. */
export async function afterTrouble(engine: Engine, rows: EnvironmentRows, { step, service }: { step: Step; service: ServiceRow | null }, cause: unknown): Promise<Outcome> {
  const look = { at: after(engine.now(), AGAIN_MS), why: 'a step failed' }
  if (step.do !== 'apply' || !service) return { changed: false, look }
  const deployment = rows.deployments.find((row) => row.id === step.deploymentId)
  if (deployment?.status !== 'releasing') return { changed: false, look }
  const deadline = after(deployment.preparedAt ?? deployment.releasedAt ?? engine.now(), deployment.spec.settings.health.deadlineS * 1000)
  if (engine.now() < deadline) return { changed: false, look }
  return cannotRun(engine, rows, { service, deploymentId: deployment.id, part: step.part, failure: failureOf(cause) })
}

function failureOf(cause: unknown): Failure {
  const known = failureIn(cause)
  if (known) return { reason: known.reason, message: `It could not be started. ${known.message}` }
  return { reason: 'internal', message: `The platform could not start it. ${sentenceOf(cause)}` }
}

/** What may be shown of an error that is not the person's. */
export function sentenceOf(cause: unknown): string {
  return isAppError(cause) ? cause.message : 'The log of the platform says why.'
}
