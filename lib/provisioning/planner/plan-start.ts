import { backOffMs } from './back-off'
import { describeExit, whyOf } from './describe-exit'
import { exitedAt, remove, replicasOf } from './seen'
import { after, sooner, type DeploymentVerdict, type Lane, type Look, type PlannedDeployment, type Scene, type SeenWorkload, type Step } from './world'

/** Exits while starting after which a new version is given up. */
const MAX_START_CRASHES = 3
/** After a platform restart the first health check may still be on its way when the deadline has already passed. */
const UNCHECKED_GRACE_MS = 15_000

type Failed = Extract<DeploymentVerdict, { kind: 'failed' }>
/** What one replica of a new version asks for. */
type Start = { isUp: boolean; failed: Failed | null; steps: Step[]; look: Look | null }

/**
 * Given a version that was released and what is seen of it: start every replica, wait, call it active when all of them
 * are healthy, or give it up when one of them never will be.
 */
export function planStart(lane: Lane, { want, seen, now }: Scene, target: PlannedDeployment): void {
  const starts = replicasOf(seen, target).map((workload, index) => startOne({ name: want.name, target, part: String(index), now }, workload))
  const failed = starts.find((start) => start.failed !== null)?.failed
  if (failed) {
    lane.verdicts.push(failed)
    lane.steps.push(...seen.filter((workload) => workload.deploymentId === target.id).map((workload) => remove(workload, 'it was given up')))
    return
  }
  for (const start of starts) {
    lane.steps.push(...start.steps)
    lane.look = sooner(lane.look, start.look)
  }
  if (starts.every((start) => start.isUp)) lane.verdicts.push({ kind: 'active', deploymentId: target.id })
}

type One = { name: string; target: PlannedDeployment; part: string; now: Date }

function startOne(one: One, seen: SeenWorkload | undefined): Start {
  const { name, target, now } = one
  if (!seen) return apply(one, `${name} is not there yet`)
  if (seen.phase === 'exited') return afterExit(one, seen)
  if (seen.health === 'healthy') return { isUp: true, failed: null, steps: [], look: null }
  const deadline = deadlineOf(target, seen)
  return now >= deadline ? giveUp(target, seen) : { isUp: false, failed: null, steps: [], look: { at: deadline, why: `${name} is starting` } }
}

function afterExit(one: One, seen: SeenWorkload): Start {
  const { name, target, now } = one
  const exit = seen.exit ?? { code: null, signal: null, at: seen.changedAt, byPlatform: false }
  if (exit.byPlatform) return apply(one, `${name} was ended by the platform`)
  if (exit.code === 127) return failure(target, 'command_not_found', 'The start command ended with code 127: a program it calls was not found.')
  if (target.restart.policy === 'never') return failure(target, 'crashed', `It exited while starting, ${describeExit(exit)}, and its restart policy is never.${whyOf(exit)}`)
  if (seen.crashes >= MAX_START_CRASHES) return failure(target, 'crashed', exit.why && exit.code === null && exit.signal === null ? `It could not be started, tried ${seen.crashes} times. ${exit.why}` : `It exited ${seen.crashes} times while starting, the last time ${describeExit(exit)}.${whyOf(exit)}`)
  if (now >= deadlineOf(target, seen)) return failure(target, 'crashed', `It exited while starting, ${describeExit(exit)}, and did not become healthy within ${seconds(target.deadlineMs)}.${whyOf(exit)}`)

  const dueAt = after(exitedAt(seen), backOffMs(seen.crashes))
  if (now >= dueAt) return apply(one, `${name} exited while starting`)
  return { isUp: false, failed: null, steps: [], look: { at: dueAt, why: `${name} exited while starting and is started again` } }
}

function giveUp(target: PlannedDeployment, seen: SeenWorkload): Start {
  const elsewhere = seen.port !== null && seen.listening.length > 0 && !seen.listening.includes(seen.port)
  return elsewhere
    ? failure(target, 'wrong_port', `It listens on port ${list(seen.listening)}, but was given port ${seen.port} in the variable PORT.`)
    : failure(target, 'health_deadline', `It did not become healthy within ${seconds(target.deadlineMs)}. ${seen.healthMessage ?? 'No health check could be made.'}`)
}

function deadlineOf(target: PlannedDeployment, seen: SeenWorkload): Date {
  const unchecked = seen.phase === 'starting' && seen.healthMessage === null
  return after(seen.firstSeenAt, target.deadlineMs + (unchecked ? UNCHECKED_GRACE_MS : 0))
}

function apply({ target, part }: One, why: string): Start {
  return { isUp: false, failed: null, steps: [{ do: 'apply', deploymentId: target.id, part, why }], look: null }
}

function failure(target: PlannedDeployment, reason: Failed['reason'], message: string): Start {
  return { isUp: false, failed: { kind: 'failed', deploymentId: target.id, reason, message }, steps: [], look: null }
}

function seconds(ms: number): string {
  const s = Math.round(ms / 1000)
  return s === 1 ? '1 second' : `${s} seconds`
}

function list(ports: readonly number[]): string {
  const few = [...ports].sort((a, b) => a - b).slice(0, 3)
  return few.length === 1 ? String(few[0]) : `${few.slice(0, -1).join(', ')} and ${few.at(-1)}`
}
