import { givesUp } from '../../domain/restart'
import { STABLE_MS } from './back-off'
import type { PlannedDeployment, SeenWorkload } from './world'

/** A workload as the runtime shows it now, without any past. */
export type BareWorkload = Omit<SeenWorkload, 'firstSeenAt' | 'changedAt' | 'crashes'>

/** What is kept of it from the last look. */
export type Memory = Pick<SeenWorkload, 'phase' | 'health' | 'changedAt' | 'firstSeenAt' | 'crashes'> & { exitedAt: Date | null }

/** What happened between two looks, for the feed. */
/** `exited`, `gave_up`: it has ended, well or ill, and its restart policy leaves it so. */
export type Notice = 'crashed' | 'unhealthy' | 'recovered' | 'exited' | 'gave_up'

/** Adds the past to what is seen: when it changed, and how often in a row it exited by itself. */
export function remember(before: Memory | null, seen: BareWorkload, now: Date): SeenWorkload {
  if (before === null) return { ...seen, firstSeenAt: now, changedAt: now, crashes: seen.exit && !seen.exit.byPlatform ? 1 : 0 }
  const changed = before.phase !== seen.phase || before.health !== seen.health || isNewExit(before, seen)
  return { ...seen, firstSeenAt: before.firstSeenAt, changedAt: changed ? now : before.changedAt, crashes: countCrashes(before, seen, now) }
}

function countCrashes(before: Memory, seen: BareWorkload, now: Date): number {
  const wasHealthy = before.phase === 'running' && before.health === 'healthy'
  const until = seen.exit?.at ?? now
  const stable = wasHealthy && until.getTime() - before.changedAt.getTime() >= STABLE_MS
  const base = stable ? 0 : before.crashes
  return isNewExit(before, seen) && !seen.exit!.byPlatform ? base + 1 : base
}

function isNewExit(before: Memory, seen: BareWorkload): boolean {
  return seen.exit !== null && seen.exit.at.getTime() !== before.exitedAt?.getTime()
}

/**
 * What is worth telling about the version that serves. Crashes in a row are told at the 1st, 2nd, 4th, 8th, …, and a
 * recovery only from one that was told, so a service that flaps for a week does not fill the feed.
 */
export function notice(before: Memory | null, seen: SeenWorkload, restart: PlannedDeployment['restart']): Notice | null {
  if (before === null || seen.role === 'job') return null
  if (isNewCrash(before, seen) && givesUp(restart, { code: seen.exit!.code, crashes: seen.crashes })) return seen.exit!.code === 0 ? 'exited' : 'gave_up'
  if (seen.phase === 'exited') return seen.crashes > before.crashes || isNewCrash(before, seen) ? (isPowerOfTwo(seen.crashes) ? 'crashed' : null) : null
  const healthyNow = seen.phase === 'running' && seen.health === 'healthy'
  const healthyBefore = before.phase === 'running' && before.health === 'healthy'
  if (healthyBefore && seen.health === 'unhealthy') return 'unhealthy'
  if (!healthyNow || healthyBefore) return null
  return before.health === 'unhealthy' || (seen.crashes > 0 && isPowerOfTwo(seen.crashes)) ? 'recovered' : null
}

// A crash after long health counts as the first again, so the count may not have risen.
function isNewCrash(before: Memory, seen: SeenWorkload): boolean {
  return isNewExit(before, seen) && seen.exit !== null && !seen.exit.byPlatform
}

function isPowerOfTwo(n: number): boolean {
  return n > 0 && (n & (n - 1)) === 0
}
