import * as deployments from '../../db/queries/engine/deployments'
import * as stages from '../../db/queries/engine/stages'
import type { Failure } from '../../domain/failure'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { enqueue } from '../../queue/jobs'
import { failureIn } from './disk-full'
import { Interruption, type Run } from './run'

/** How work on a deployment ended: `done` for good or ill, `busy` with somebody else, `interrupted` by a shutdown. */
export type End = 'done' | 'busy' | 'interrupted'

/** Decides what an error in the pipeline means. Null when only the queue can: it tries again, or gives up. */
export async function conclude(run: Run, error: unknown, isLastAttempt: boolean): Promise<End | null> {
  const reason: unknown = run.signal.aborted ? run.signal.reason : error
  if (reason instanceof Interruption) {
    if (reason.kind === 'shutdown') return 'interrupted'
    if (reason.kind === 'lost') throw reason
    run.log.line('platform', 'Cancelled.')
    await stages.endRunning(run.engine.db, run.deployment.id, { status: 'cancelled', error: null, at: run.engine.now() })
    return 'done'
  }
  // Whoever took over has ended our commands: that they ended badly says nothing.
  if (!(await run.isOurs())) throw new Interruption('lost')
  const failure = failureIn(error)
  if (failure) {
    await failDeployment(run, failure)
    return 'done'
  }
  run.engine.log.error({ deployment: run.deployment.id, cause: error }, 'work on a deployment failed')
  if (isLastAttempt) await failDeployment(run, { reason: 'internal', message: 'The platform failed while working on this deployment, several times. Its log says why.' })
  return null
}

async function failDeployment(run: Run, { reason, message }: Failure): Promise<void> {
  const { engine, deployment, place, log } = run
  const failure = { reason, message }
  log.line('platform', `Failed: ${message}`)
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
