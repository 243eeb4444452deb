import { allHealthy, find, livingBeside, replicasOf, stop } from './seen'
import { after, sooner, type Lane, type PlannedDeployment, type Scene, type WantedService } from './world'

// Rollout by replacement, for what may not run twice at once: requests are held at the proxy, what is open gets time to
// end, the former version stops, and only when nothing of it lives is the new one started. Its first health gives it the
// routes and lets the requests go on. If it fails, the former version is started again behind the same hold.

const OPEN_MS = 250
/** A hold that its end was missed of ends by itself, so that people are told instead of kept. */
const LONGEST_AFTER_MS = 60_000

/** Whether a version may not start beside what lives, because of itself or because of that. */
export function isExclusive({ want, seen }: Scene, target: PlannedDeployment): boolean {
  const others = [find(want, want.activeId), ...livingBeside(seen, target.id).map((workload) => find(want, workload.deploymentId))]
  return target.rollout === 'replace' || others.some((deployment) => deployment?.rollout === 'replace')
}

/** Makes room for a version. Answers whether it may start. */
export function planReplace(lane: Lane, { want, seen, now }: Scene, { target, active }: { target: PlannedDeployment; active: PlannedDeployment | undefined }): boolean {
  const others = livingBeside(seen, target.id)
  const hasServed = active !== undefined && active.cron === null && want.sleepingAt === null
  if (want.heldAt === null && hasServed) {
    lane.verdicts.push({ kind: 'hold' })
    return false
  }
  if (others.length === 0) return true
  const last = after(want.heldAt ?? now, clearMs(want))
  if (want.heldAt === null || now >= last || others.every((workload) => workload.open === 0)) {
    lane.steps.push(...others.map((workload) => stop(workload, 'a new version takes its place')))
    return false
  }
  const soon = after(now, OPEN_MS)
  lane.look = sooner(lane.look, { at: soon < last ? soon : last, why: `what is open at ${want.name} ends` })
  return false
}

/**
 * How long what is open has to end. Others wait meanwhile and are refused when they have waited too long, so the next version
 * gets half of that time to start.
 */
function clearMs({ drainMs, holdMs }: WantedService): number {
  return Math.min(drainMs, holdMs / 2)
}

/** Lets requests go on that are held without anything left to wait for. */
export function endHold(lane: Lane, scene: Scene, { active, isReplacing }: { active: PlannedDeployment | undefined; isReplacing: boolean }): void {
  const { want, now } = scene
  if (want.heldAt === null || isReplacing) return
  if (isOver(scene, active, want.heldAt)) lane.verdicts.push({ kind: 'release_hold' })
  else lane.look = sooner(lane.look, { at: after(now, OPEN_MS), why: `requests to ${want.name} wait` })
}

function isOver({ want, seen, now }: Scene, active: PlannedDeployment | undefined, heldAt: Date): boolean {
  if (!active || active.cron !== null || want.sleepingAt !== null || allHealthy(seen, active)) return true
  const hasCrashed = replicasOf(seen, active).some((workload) => workload?.phase === 'exited' && workload.exit?.byPlatform === false)
  return hasCrashed || now >= after(heldAt, clearMs(want) + active.deadlineMs + LONGEST_AFTER_MS)
}
