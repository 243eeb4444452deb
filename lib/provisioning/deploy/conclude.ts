import { rm } from 'node:fs/promises'

import * as deployments from '../../db/queries/engine/deployments'
import * as stages from '../../db/queries/engine/stages'
import { DeploymentFailure, type Failure } from '../../domain/failure'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { enqueue } from '../../queue/jobs'
import { Interruption, type Run } from './run'
import { artifactIdOf } from './stages/build'

/** How work on a deployment ended: `done` for good or ill, `busy` with somebody else, `interrupted` by a shutdown. */
export type End = 'done' | 'busy' | 'interrupted'

/** Decides what an error in the pipeline means. Throws it again when the queue should try once more. */
export async function conclude(run: Run, error: unknown, isLastAttempt: boolean): Promise<End> {
  const reason: unknown = run.signal.aborted ? run.signal.reason : error
  if (reason instanceof Interruption) {
    if (reason.kind === 'shutdown') return 'interrupted'
    run.log.line('platform', 'Cancelled.')
    await endCancelled(run)
    return 'done'
  }
  if (error instanceof DeploymentFailure) {
    await failDeployment(run, { reason: error.reason, message: error.message })
    return 'done'
  }
  run.engine.log.error({ deployment: run.deployment.id, cause: error }, 'work on a deployment failed')
  if (!isLastAttempt) throw error
  await failDeployment(run, { reason: 'internal', message: 'The platform failed while working on this deployment, several times. Its log says why.' })
  return 'done'
}

/** Whoever cancelled has written the status; what is left are stages and half an artifact. */
async function endCancelled({ engine, deployment }: Run): Promise<void> {
  await stages.endRunning(engine.db, deployment.id, { status: 'cancelled', error: null, at: engine.now() })
  if (deployment.artifactId === null) await rm(engine.paths.artifact(artifactIdOf(deployment.id)), { recursive: true, force: true })
}

async function failDeployment(run: Run, failure: Failure): Promise<void> {
  const { engine, deployment, place, log } = run
  log.line('platform', `Failed: ${failure.message}`)
  await log.close()
  await engine.db.transaction(async (tx) => {
    if (!(await deployments.fail(tx, deployment.id, failure, engine.now()))) return
    const about = { subject: place.service, organizationId: place.organizationId, projectId: place.projectId, environmentId: place.environmentId, serviceId: place.serviceId }
    await record(tx, 'platform', { ...about, type: 'deployment.failed', deploymentId: deployment.id, data: failure })
    await announce(tx, { kind: 'deployment', environmentId: place.environmentId, deploymentId: deployment.id })
    await announce(tx, { kind: 'graph', environmentId: place.environmentId })
    // While nothing serves, the address says that the last attempt failed.
    await enqueue(tx, { task: 'reconcile', environmentId: place.environmentId })
  })
}
