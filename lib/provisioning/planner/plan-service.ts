import { planKeep } from './plan-keep'
import { planStart } from './plan-start'
import { after, sooner, type Lane, type Look, type PlannedDeployment, type SeenWorkload, type Step, type WantedService } from './world'

// Rollout by overlap: the new version starts beside the one that serves; when it is healthy the verdict moves the routes;
// the former one drains and goes. Giving up removes the new one and hands the target back, so the next look wants what
// is already there and the loop ends.

/** Given what is wanted of a service and what is there, what next? */
export function planService(want: WantedService, seen: readonly SeenWorkload[], now: Date): Lane {
  const lane: Lane = { serviceId: want.id, verdicts: [], steps: [], look: null }
  const target = find(want, want.targetId)
  const active = find(want, want.activeId)

  if (want.desired === 'deleted') {
    lane.steps = seen.length > 0 ? seen.map((workload) => remove(workload, 'the service is deleted')) : [{ do: 'forget', why: 'the service is deleted' }]
    return lane
  }
  // An earlier target may have failed, or been cancelled, without anybody having handed the target back.
  if (target && target.status !== 'releasing' && target.status !== 'active') lane.verdicts.push({ kind: 'hand_back', deploymentId: target.id })

  if (want.desired === 'stopped') {
    if (target?.status === 'releasing') lane.verdicts.push({ kind: 'cancelled', deploymentId: target.id })
    lane.steps = seen.map((workload) => remove(workload, 'the service is stopped'))
    return lane
  }
  if (target?.status === 'releasing') rollOut(lane, { want, target, active, seen, now })
  else if (active) keep(lane, { want, active, seen, now })
  removeOthers(lane, { want, target, active, seen, now })
  return lane
}

type Scene = { want: WantedService; seen: readonly SeenWorkload[]; now: Date }

function rollOut(lane: Lane, scene: Scene & { target: PlannedDeployment; active: PlannedDeployment | undefined }): void {
  const { want, target, active, seen, now } = scene
  const start = planStart(want.name, target, of(seen, target), now)
  lane.steps.push(...start.steps)
  lane.look = sooner(lane.look, start.look)
  if (start.verdict) lane.verdicts.push(start.verdict)
  if (start.verdict?.kind === 'active') {
    // The former one is retired by the verdict; its drain begins then.
    if (active) lane.look = sooner(lane.look, { at: after(now, want.drainMs), why: `the former version of ${want.name} drains` })
  } else if (active) keep(lane, { want, active, seen, now })
}

function keep(lane: Lane, { want, active, seen, now }: Scene & { active: PlannedDeployment }): void {
  const kept = planKeep(want.name, active, of(seen, active), now)
  lane.steps.push(...kept.steps)
  lane.look = sooner(lane.look, kept.look)
}

function removeOthers(lane: Lane, scene: Scene & { target: PlannedDeployment | undefined; active: PlannedDeployment | undefined }): void {
  const { want, target, active, seen, now } = scene
  const wanted = target?.status === 'releasing' ? [target, active] : [active]
  const serving = active && isHealthy(of(seen, active))
  for (const workload of seen) {
    if (wanted.some((deployment) => deployment?.id === workload.deploymentId)) continue
    const deployment = find(want, workload.deploymentId)
    if (deployment?.status !== 'retired') {
      // Unknown deployments are strays, which have a grace; known ones failed, were cancelled or superseded.
      if (deployment) lane.steps.push(remove(workload, `deployment is ${deployment.status}`))
      continue
    }
    const drained = after(deployment.retiredAt ?? now, want.drainMs)
    if (now < drained) lane.look = sooner(lane.look, lookAtDrain(want, drained))
    // While the version in place is not healthy, the former one may be the only one that is.
    else if (serving || !isHealthy(workload)) lane.steps.push(remove(workload, 'it has drained'))
  }
}

function lookAtDrain(want: WantedService, at: Date): Look {
  return { at, why: `the former version of ${want.name} drains` }
}

function isHealthy(workload: SeenWorkload | undefined): boolean {
  return workload?.phase === 'running' && workload.health === 'healthy'
}

function remove(workload: SeenWorkload, why: string): Step {
  return { do: 'remove', workload, why }
}

function find(want: WantedService, id: string | null): PlannedDeployment | undefined {
  return id === null ? undefined : want.deployments.find((deployment) => deployment.id === id)
}

function of(seen: readonly SeenWorkload[], deployment: PlannedDeployment): SeenWorkload | undefined {
  return seen.find((workload) => workload.deploymentId === deployment.id)
}
