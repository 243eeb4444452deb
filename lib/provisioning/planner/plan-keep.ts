import { backOffMs } from './back-off'
import { after, type Look, type PlannedDeployment, type SeenWorkload, type Step } from './world'

/** How long a version that has served may be unhealthy before it is started afresh. */
export const UNHEALTHY_RESTART_MS = 3 * 60_000

export type Keep = { steps: Step[]; look: Look | null }

/** Given the version that serves: keep it running, for ever, however often it exits. */
export function planKeep(name: string, active: PlannedDeployment, seen: SeenWorkload | undefined, now: Date): Keep {
  if (!seen) return apply(active, `${name} is not there`)
  if (seen.phase === 'exited') return afterExit(name, active, seen, now)
  if (seen.phase === 'running' && seen.health !== 'unhealthy') return { steps: [], look: null }

  const patienceMs = seen.phase === 'starting' ? Math.max(active.deadlineMs, UNHEALTHY_RESTART_MS) : UNHEALTHY_RESTART_MS
  const restartAt = after(seen.changedAt, patienceMs)
  if (now < restartAt) return { steps: [], look: { at: restartAt, why: `${name} is unhealthy` } }
  return { steps: [{ do: 'stop', workload: seen, why: `${name} has been unhealthy for too long` }], look: { at: now, why: `${name} is started afresh` } }
}

function afterExit(name: string, active: PlannedDeployment, seen: SeenWorkload, now: Date): Keep {
  if (seen.exit?.byPlatform) return apply(active, `${name} was ended by the platform`)
  const dueAt = after(seen.exit?.at ?? seen.changedAt, backOffMs(seen.crashes))
  if (now >= dueAt) return apply(active, `${name} exited`)
  return { steps: [], look: { at: dueAt, why: `${name} exited and is started again` } }
}

function apply(active: PlannedDeployment, why: string): Keep {
  return { steps: [{ do: 'apply', deploymentId: active.id, why }], look: null }
}
