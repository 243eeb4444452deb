import { allHealthy, replicasOf, stop } from './seen'
import { after, latest, sooner, type Lane, type PlannedDeployment, type Scene } from './world'

const OPEN_MS = 1_000

/**
 * Puts a version to sleep that nobody has asked for. First the verdict: from then on the proxy keeps requests and asks to
 * wake it; only then, and when nothing is open any more, its processes end. Answers whether it sleeps.
 */
export function planSleep(lane: Lane, { want, seen, now }: Scene, active: PlannedDeployment): boolean {
  const living = replicasOf(seen, active).filter((workload) => workload !== undefined && workload.phase !== 'exited') as NonNullable<ReturnType<typeof replicasOf>[number]>[]
  const isQuiet = living.every((workload) => workload.open === 0)
  if (want.sleepingAt !== null) {
    if (isQuiet) lane.steps.push(...living.map((workload) => stop(workload, 'nobody has asked for it')))
    else lane.look = sooner(lane.look, { at: after(now, OPEN_MS), why: `${want.name} goes to sleep when what is open has ended` })
    return true
  }
  // Not in the middle of something else.
  if (active.sleepAfterMs === null || want.heldAt !== null || want.targetId !== active.id || !allHealthy(seen, active)) return false
  const dueAt = after(latest(want.lastRequestAt, want.wokenAt, active.activatedAt) ?? now, active.sleepAfterMs)
  if (now < dueAt) lane.look = sooner(lane.look, { at: dueAt, why: `${want.name} may go to sleep` })
  else if (isQuiet) lane.verdicts.push({ kind: 'sleep' })
  else lane.look = sooner(lane.look, { at: after(now, Math.min(active.sleepAfterMs, 30_000)), why: `${want.name} has connections open` })
  return false
}
