import { givesUp } from '../../domain/restart'
import { PREPARE } from './plan-prepare'
import { allHealthy, find, isHealthy, remove, replicasOf } from './seen'
import { after, sooner, type Lane, type PlannedDeployment, type Scene, type SeenWorkload, type WantedService } from './world'

/** How soon it is looked again whether what is open has ended. */
const OPEN_MS = 500

export type Versions = { target: PlannedDeployment | undefined; active: PlannedDeployment | undefined }

/** Ends what belongs to neither the version that serves nor the one on its way: at once, or when it has drained. */
export function removeOthers(lane: Lane, scene: Scene, { target, active }: Versions): void {
  const { want, seen } = scene
  const wanted = target?.status === 'releasing' ? [target, active] : [active]
  const planned = new Set(lane.steps.flatMap((step) => ('workload' in step ? [step.workload.name] : [])))
  for (const workload of seen) {
    if (planned.has(workload.name)) continue
    const deployment = find(want, workload.deploymentId)
    if (workload.role === 'job') endJob(lane, want, workload, deployment)
    else if (wanted.some((candidate) => candidate?.id === workload.deploymentId)) continue
    // Unknown deployments are strays, which have a grace; known ones failed, were cancelled or superseded.
    else if (deployment && deployment.status !== 'retired') lane.steps.push(remove(workload, `deployment is ${deployment.status}`))
    else if (deployment) drain(lane, scene, { workload, deployment, active })
  }
}

function endJob(lane: Lane, want: WantedService, job: SeenWorkload, deployment: PlannedDeployment | undefined): void {
  if (job.part === PREPARE) {
    const isNeeded = deployment?.status === 'releasing' && deployment.prepare !== null && !deployment.prepare.isDone
    if (deployment && !isNeeded) lane.steps.push(remove(job, 'the pre-deploy command is over'))
  } else if (!want.runs.some((run) => run.id === job.part)) lane.steps.push(remove(job, 'the run is over'))
}

/** Whether the version in place will stay as ill as it is: its restart policy asks for no more. */
function isLeftAlone(seen: readonly SeenWorkload[], active: PlannedDeployment): boolean {
  const { restart } = active
  return replicasOf(seen, active).some((replica) => {
    if (!replica || replica.phase === 'starting') return false
    if (replica.phase === 'running') return restart.policy === 'never' && replica.health === 'unhealthy'
    return replica.exit?.byPlatform === false && givesUp(restart, { code: replica.exit.code, crashes: replica.crashes })
  })
}

/** A former version goes when nothing is open there any more, or when its time is over. */
function drain(lane: Lane, { want, seen, now }: Scene, former: { workload: SeenWorkload; deployment: PlannedDeployment; active: PlannedDeployment | undefined }): void {
  const { workload, deployment, active } = former
  const why = `the former version of ${want.name} drains`
  const earliest = after(deployment.retiredAt ?? now, want.overlapMs)
  const last = after(earliest, want.drainMs)
  if (now < earliest) return void (lane.look = sooner(lane.look, { at: earliest, why }))
  if (now < last && workload.open !== 0 && workload.phase !== 'exited') {
    const soon = after(now, OPEN_MS)
    return void (lane.look = sooner(lane.look, { at: soon < last ? soon : last, why }))
  }
  // While the version in place is not healthy, the former one may be the only one that is.
  const isServed = active === undefined || active.cron !== null || want.sleepingAt !== null || allHealthy(seen, active) || isLeftAlone(seen, active)
  if (isServed || !isHealthy(workload)) lane.steps.push(remove(workload, 'it has drained'))
}
