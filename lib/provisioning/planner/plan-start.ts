import { backOffMs } from './back-off'
import { after, type Look, type PlannedDeployment, type SeenWorkload, type Step, type Verdict } from './world'

/** Exits while starting after which a new version is given up. */
const MAX_START_CRASHES = 3
/** After a platform restart the first health check may still be on its way when the deadline has already passed. */
const UNCHECKED_GRACE_MS = 15_000

export type Start = { verdict: Verdict | null; steps: Step[]; look: Look | null }

/** Given a version that was released and what is seen of it: start it, wait, call it active, or give it up. */
export function planStart(name: string, target: PlannedDeployment, seen: SeenWorkload | undefined, now: Date): Start {
  if (!seen) return apply(target, `${name} is not there yet`)
  if (seen.phase === 'exited') return afterExit(name, target, seen, now)
  if (seen.health === 'healthy') return { verdict: { kind: 'active', deploymentId: target.id }, steps: [], look: null }

  const deadline = deadlineOf(target, seen)
  if (now >= deadline) return giveUp(target, seen)
  return { verdict: null, steps: [], look: { at: deadline, why: `${name} is starting` } }
}

function afterExit(name: string, target: PlannedDeployment, seen: SeenWorkload, now: Date): Start {
  const exit = seen.exit ?? { code: null, signal: null, at: seen.changedAt, byPlatform: false }
  if (exit.byPlatform) return apply(target, `${name} was ended by the platform`)
  const failed = (reason: 'crashed' | 'command_not_found', message: string): Start => ({
    verdict: { kind: 'failed', deploymentId: target.id, reason, message },
    steps: [remove(seen, 'it was given up')],
    look: null,
  })
  if (exit.code === 127) return failed('command_not_found', 'The start command ended with code 127: a program it calls was not found.')
  if (seen.crashes >= MAX_START_CRASHES) return failed('crashed', `It exited ${seen.crashes} times while starting, the last time ${describeExit(exit)}.`)
  if (now >= deadlineOf(target, seen)) return failed('crashed', `It exited while starting, ${describeExit(exit)}, and did not become healthy within ${seconds(target.deadlineMs)}.`)

  const dueAt = after(exit.at, backOffMs(seen.crashes))
  if (now >= dueAt) return apply(target, `${name} exited while starting`)
  return { verdict: null, steps: [], look: { at: dueAt, why: `${name} exited while starting and is started again` } }
}

function giveUp(target: PlannedDeployment, seen: SeenWorkload): Start {
  const elsewhere = target.port !== null && seen.listening.length > 0 && !seen.listening.includes(target.port)
  const limit = seconds(target.deadlineMs)
  const verdict: Verdict = elsewhere
    ? { kind: 'failed', deploymentId: target.id, reason: 'wrong_port', message: `It listens on port ${list(seen.listening)}, but was given port ${target.port} in the variable PORT.` }
    : { kind: 'failed', deploymentId: target.id, reason: 'health_deadline', message: `It did not become healthy within ${limit}. ${seen.healthMessage ?? 'No health check could be made.'}` }
  return { verdict, steps: [remove(seen, 'it was given up')], look: null }
}

function deadlineOf(target: PlannedDeployment, seen: SeenWorkload): Date {
  const unchecked = seen.phase === 'starting' && seen.healthMessage === null
  return after(seen.firstSeenAt, target.deadlineMs + (unchecked ? UNCHECKED_GRACE_MS : 0))
}

function apply(target: PlannedDeployment, why: string): Start {
  return { verdict: null, steps: [{ do: 'apply', deploymentId: target.id, why }], look: null }
}

function remove(workload: SeenWorkload, why: string): Step {
  return { do: 'remove', workload, why }
}

/** `with code 1`, `by SIGKILL`, for the end of a sentence. */
export function describeExit(exit: { code: number | null; signal: string | null }): string {
  if (exit.signal !== null) return `by signal ${exit.signal}`
  return exit.code === null ? 'with an unknown code' : `with code ${exit.code}`
}

function seconds(ms: number): string {
  const s = Math.round(ms / 1000)
  return s === 1 ? '1 second' : `${s} seconds`
}

function list(ports: readonly number[]): string {
  const few = [...ports].sort((a, b) => a - b).slice(0, 3)
  return few.length === 1 ? String(few[0]) : `${few.slice(0, -1).join(', ')} and ${few.at(-1)}`
}
