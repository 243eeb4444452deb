import { givesUp } from '../../domain/restart'
import { backOffMs } from './back-off'
import { exitedAt, livingBeside, replicasOf, stop } from './seen'
import { after, sooner, type Lane, type Look, type PlannedDeployment, type Scene, type SeenWorkload, type Step } from './world'

/** A version that may not run beside another waits for that one's end and is asked again. */
const BESIDE_MS = 500

type Keep = { steps: Step[]; look: Look | null }
type One = { name: string; active: PlannedDeployment; part: string; now: Date }

/** Given the version that serves: keep every replica running, as its restart policy says. */
export function planKeep(lane: Lane, { want, seen, now }: Scene, active: PlannedDeployment): void {
  const isAlone = active.rollout === 'overlap' || livingBeside(seen, active.id).length === 0
  replicasOf(seen, active).forEach((workload, index) => {
    const kept = keepOne({ name: want.name, active, part: String(index), now }, workload)
    const starts = kept.steps.some((step) => step.do === 'apply')
    if (starts && !isAlone) lane.look = sooner(lane.look, { at: after(now, BESIDE_MS), why: `another version of ${want.name} is being ended` })
    else lane.steps.push(...kept.steps)
    lane.look = sooner(lane.look, kept.look)
  })
}

function keepOne(one: One, seen: SeenWorkload | undefined): Keep {
  const { name, active, now } = one
  if (!seen) return apply(one, `${name} is not there`)
  if (seen.phase === 'exited') return afterExit(one, seen)
  if (seen.phase === 'running' && seen.health !== 'unhealthy') return { steps: [], look: null }
  const patienceMs = seen.phase === 'starting' ? Math.max(active.deadlineMs, active.unhealthyMs) : active.unhealthyMs
  const restartAt = after(seen.changedAt, patienceMs)
  if (now < restartAt) return { steps: [], look: { at: restartAt, why: `${name} is unhealthy` } }
  if (active.restart.policy === 'never') return { steps: [], look: null }
  return { steps: [stop(seen, `${name} has been unhealthy for too long`)], look: { at: now, why: `${name} is started afresh` } }
}

function afterExit(one: One, seen: SeenWorkload): Keep {
  const { name, active, now } = one
  if (seen.exit?.byPlatform) return apply(one, `${name} was ended by the platform`)
  if (givesUp(active.restart, { code: seen.exit?.code ?? null, crashes: seen.crashes })) return { steps: [], look: null }
  const dueAt = after(exitedAt(seen), backOffMs(seen.crashes))
  if (now >= dueAt) return apply(one, `${name} exited`)
  return { steps: [], look: { at: dueAt, why: `${name} exited and is started again` } }
}

function apply({ active, part }: One, why: string): Keep {
  return { steps: [{ do: 'apply', deploymentId: active.id, part, why }], look: null }
}
