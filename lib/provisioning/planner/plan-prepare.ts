import { describeExit, whyOf } from './describe-exit'
import { partOf, remove } from './seen'
import { after, type Lane, type PlannedDeployment, type Scene } from './world'

/** The part of a deployment that runs its pre-deploy command. */
export const PREPARE = 'prepare'

/** Runs the pre-deploy command of a version, once. Answers whether it may be started now. */
export function planPrepare(lane: Lane, { seen, now }: Scene, target: PlannedDeployment): boolean {
  const { prepare } = target
  if (prepare === null || prepare.isDone) return true
  const job = partOf(seen, target.id, PREPARE)
  if (!job) {
    lane.steps.push({ do: 'apply', deploymentId: target.id, part: PREPARE, why: 'its pre-deploy command has not run' })
    return false
  }
  const fail = (message: string) => {
    lane.verdicts.push({ kind: 'failed', deploymentId: target.id, reason: 'pre_deploy_failed', message })
    lane.steps.push(remove(job, 'its pre-deploy command failed'))
  }
  if (job.phase !== 'exited') {
    const endsAt = after(job.startedAt, prepare.timeoutMs)
    if (now >= endsAt) fail(`The pre-deploy command was ended after ${Math.round(prepare.timeoutMs / 1000)} seconds, the time it may take.`)
    else lane.look = { at: endsAt, why: 'the pre-deploy command runs' }
  } else if (job.exit?.code === 0) lane.verdicts.push({ kind: 'prepared', deploymentId: target.id })
  else if (job.exit?.byPlatform) fail('The pre-deploy command was ended when the platform was stopped. Whether it had done its work is not known.')
  else if (!job.exit || (job.exit.code === null && job.exit.signal === null)) fail('The machine stopped while the pre-deploy command ran. Whether it had done its work is not known.')
  else if (job.exit.code === 127 && job.healthMessage) fail(job.healthMessage)
  else fail(`The pre-deploy command ended ${describeExit(job.exit)}.${whyOf(job.exit)}`)
  return false
}
