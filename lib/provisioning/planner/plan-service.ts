import { endHold, isExclusive, planReplace } from './plan-replace'
import { planRuns, planSchedule } from './plan-cron'
import { planKeep } from './plan-keep'
import { planPrepare } from './plan-prepare'
import { planSleep } from './plan-sleep'
import { planStart } from './plan-start'
import { removeOthers, type Versions } from './remove-others'
import { find, remove } from './seen'
import { after, sooner, type Lane, type PlannedDeployment, type Scene, type SeenWorkload, type WantedService } from './world'

// Rollout by overlap: the new version starts beside the one that serves; when it is healthy the verdict moves the routes;
// the former one drains and goes. Giving up removes the new one and hands the target back, so the next look wants what
// is already there and the loop ends. Rollout by replacement, sleep and runs have files of their own.

/** How often a new version is compared with its former one. */
const GUARD_MS = 5_000
/** How often it is looked whether what a version waits for has ended, should nobody have told. */
const WAIT_MS = 5_000

/** Given what is wanted of a service and what is there, what next? */
export function planService(want: WantedService, seen: readonly SeenWorkload[], now: Date): Lane {
  const lane: Lane = { serviceId: want.id, verdicts: [], steps: [], look: null }
  const scene: Scene = { want, seen, now }
  const target = find(want, want.targetId)
  const active = find(want, want.activeId)

  if (want.desired === 'deleted') {
    lane.steps = seen.length > 0 ? seen.map((workload) => remove(workload, 'the service is deleted')) : [{ do: 'forget', why: 'the service is deleted' }]
    return lane
  }
  // An earlier target may have failed, or been cancelled, without anybody having handed the target back.
  if (target && target.status !== 'releasing' && target.status !== 'active') lane.verdicts.push({ kind: 'hand_back', deploymentId: target.id })
  if (want.desired === 'stopped') return planStopped(lane, scene, target)

  const isReplacing = target?.status === 'releasing' && rollOut(lane, scene, { target, active })
  if (active && !isReplacing) keep(lane, scene, active)
  planRuns(lane, scene)
  endHold(lane, scene, { active, isReplacing })
  removeOthers(lane, scene, { target, active })
  return lane
}

function planStopped(lane: Lane, { want, seen }: Scene, target: PlannedDeployment | undefined): Lane {
  if (target?.status === 'releasing') lane.verdicts.push({ kind: 'cancelled', deploymentId: target.id })
  for (const run of want.runs) lane.verdicts.push({ kind: 'run_ended', runId: run.id, status: 'cancelled', exitCode: null, exitSignal: null, message: 'The service was stopped.' })
  if (want.heldAt !== null) lane.verdicts.push({ kind: 'release_hold' })
  lane.steps = seen.map((workload) => remove(workload, 'the service is stopped'))
  return lane
}

/** Takes a released version to its first health. Answers whether the active one has to make room for it. */
function rollOut(lane: Lane, scene: Scene, { target, active }: Versions & { target: PlannedDeployment }): boolean {
  const { want, now } = scene
  if (waits(lane, scene, target)) return false
  if (!planPrepare(lane, scene, target)) return false
  if (target.cron !== null) lane.verdicts.push({ kind: 'active', deploymentId: target.id })
  else {
    const replaces = isExclusive(scene, target)
    if (replaces && !planReplace(lane, scene, { target, active })) return true
    planStart(lane, scene, target)
    if (replaces) return !lane.verdicts.some((verdict) => verdict.kind === 'failed')
  }
  // The former one is retired by the verdict; its drain begins then.
  if (active && lane.verdicts.some((verdict) => verdict.kind === 'active')) lane.look = sooner(lane.look, { at: after(now, want.overlapMs), why: `the former version of ${want.name} drains` })
  return false
}

/** What it refers to comes first. Once something of it has started, nothing is waited for any more. */
function waits(lane: Lane, { want, seen, now }: Scene, target: PlannedDeployment): boolean {
  if (want.waitsFor.length === 0 || seen.some((workload) => workload.deploymentId === target.id)) return false
  lane.look = sooner(lane.look, { at: after(now, WAIT_MS), why: `${want.name} waits for ${want.waitsFor.join(', ')}` })
  return true
}

function keep(lane: Lane, scene: Scene, active: PlannedDeployment): void {
  if (lane.verdicts.some((verdict) => verdict.kind === 'active')) return
  if (scene.want.harm !== null) lane.verdicts.push({ kind: 'harmed', deploymentId: active.id, harm: scene.want.harm })
  if (scene.want.guardUntil !== null && scene.now < scene.want.guardUntil) lane.look = sooner(lane.look, { at: after(scene.now, GUARD_MS), why: `${scene.want.name} is compared with its former version` })
  if (active.cron !== null) return planSchedule(lane, scene, active)
  if (!planSleep(lane, scene, active)) planKeep(lane, scene, active)
}
