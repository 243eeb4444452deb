import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import { isAppError } from '../../errors'
import type { TargetEngine } from '../engine'
import { after, sooner, type Lane, type Look, type Plan, type Step } from '../planner/world'
import type { WorkloadRef } from '../runtime/driver'
import { part } from '../step-in'
import type { Outcome } from './outcome'
import { applyDeployment } from './apply-step'
import { forgetService } from './forget-service'
import type { Observation } from './observe'
import { pruneArtifacts } from './prune-artifacts'
import { publishRoutes } from './publish-routes'
import { endWorkload, stopWorkload } from './end-workload'
import { afterTrouble, cannotRun, sentenceOf } from './trouble'
import { isFinal, writeVerdict } from './write-verdict'
import type { Writers } from './writers'

// Carries out a plan: verdicts first, then what starts, then the routes, then what ends. Lanes go side by side and a lane
// that fails stops no other; what failed is looked at again soon.

const AGAIN_MS = 2_000
const GONE_BUILD_MS = 500
/** Between SIGTERM and SIGKILL, for what belongs to no deployment that is known. */
const STRAY_GRACE_MS = 10_000

/** What carrying out a whole plan came to. */
export type Carried = Pick<Outcome, 'changed' | 'look'> & { trouble: string | null }

const DONE: Record<Step['do'], string> = { apply: 'started', stop: 'stopped', remove: 'removed', forget: 'cleaned up after' }

export type Todo = { rows: EnvironmentRows; plan: Plan; observations: readonly Observation[]; writers: Writers }

export async function carryOut(engine: TargetEngine, todo: Todo, signal: AbortSignal): Promise<Carried> {
  const outcomes: Outcome[] = []
  const lanes = await Promise.all(todo.plan.lanes.map((lane) => conclude(engine, todo, lane, outcomes)))
  const alive = lanes.filter((lane) => lane !== null)
  await Promise.all(alive.map((lane) => takeAll(engine, todo, { lane, kinds: ['apply'] }, outcomes, signal)))

  const publication = await publishRoutes(engine, false, signal).catch((cause: unknown) => {
    engine.log.warn({ cause }, 'routes could not be published, will try again')
    outcomes.push({ changed: false, look: { at: after(engine.now(), AGAIN_MS), why: 'routes could not be published' }, trouble: `The routes could not be published. ${sentenceOf(cause)}` })
    return 'failed' as const
  })
  // What was open there was counted before this publication: count again before it ends.
  const isCounted = publication === 'same'
  if (publication === 'published') outcomes.push({ changed: true, look: null })
  const endable = (step: Step) => isCounted || !isDraining(todo.rows, step)
  await Promise.all([
    ...alive.map((lane) => takeAll(engine, todo, { lane: { ...lane, steps: lane.steps.filter(endable) }, kinds: ['stop', 'remove', 'forget'] }, outcomes, signal)),
    takeAll(engine, todo, { lane: { serviceId: '', verdicts: [], look: null, steps: todo.plan.strays }, kinds: ['remove'] }, outcomes, signal),
  ])
  return { changed: outcomes.some((outcome) => outcome.changed), look: outcomes.reduce<Look | null>((look, outcome) => sooner(look, outcome.look), null), trouble: outcomes.find((outcome) => outcome.trouble !== undefined)?.trouble ?? null }
}

/** Writes the verdicts of a lane. A refused one makes the lane stale: desired state has moved on, and so shall we. */
async function conclude(engine: TargetEngine, { rows }: Todo, lane: Lane, outcomes: Outcome[]): Promise<Lane | null> {
  if (lane.verdicts.length === 0) return lane
  const service = rows.services.find((row) => row.id === lane.serviceId)!
  for (const verdict of lane.verdicts) {
    const written = await writeVerdict(engine, rows, service, verdict)
    outcomes.push({ changed: true, look: null })
    if (!written) return null
    // Handing back raises the generation; the steps of this lane are to be as new as that.
    if (isFinal(verdict)) service.generation++
    if ('deploymentId' in verdict) await pruneArtifacts(engine, service.id).catch((cause: unknown) => engine.log.warn({ service: service.id, cause }, 'old builds could not be removed'))
  }
  return lane
}

type Part = { lane: Lane; kinds: Step['do'][] }

async function takeAll(engine: TargetEngine, todo: Todo, { lane, kinds }: Part, outcomes: Outcome[], signal: AbortSignal): Promise<void> {
  const steps = lane.steps.filter((candidate) => kinds.includes(candidate.do))
  const service = steps.length === 0 ? null : (todo.rows.services.find((row) => row.id === lane.serviceId) ?? null)
  for (const step of steps) {
    try {
      outcomes.push(await part(engine, `step:${step.do}`, () => take(engine, todo, { step, service }, signal)))
    } catch (cause) {
      if (signal.aborted) throw cause
      const stale = isAppError(cause) && cause.code === 'stale_generation'
      if (!stale) engine.log.warn({ service: lane.serviceId, step: step.do, cause }, 'a step failed, will try again')
      const outcome = await afterTrouble(engine, todo.rows, { step, service }, cause)
      outcomes.push(stale ? outcome : { ...outcome, trouble: `${service?.name ?? 'Something left over'} could not be ${DONE[step.do]}. ${sentenceOf(cause)}` })
    }
  }
}

async function take(engine: TargetEngine, todo: Todo, { step, service }: { step: Step; service: ServiceRow | null }, signal: AbortSignal): Promise<Outcome> {
  engine.log.info({ service: service?.id, step: step.do, deployment: step.do === 'apply' ? step.deploymentId : undefined, workload: 'workload' in step ? step.workload.name : undefined, why: step.why }, 'step')
  switch (step.do) {
    case 'apply': {
      const { deploymentId, part } = step
      const isThere = todo.observations.some(({ seen }) => seen.deploymentId === deploymentId && seen.part === part)
      const failure = await applyDeployment({ engine, rows: todo.rows, service: service!, deploymentId, part, isThere, writers: todo.writers }, signal)
      if (failure === null) return { changed: true, look: null }
      return cannotRun(engine, todo.rows, { service: service!, deploymentId, part, failure })
    }
    case 'stop':
      await stopWorkload(engine, { ref: refOf(todo, step.workload.name), service, graceMs: graceMsOf(todo, step) }, signal)
      return { changed: true, look: null }
    case 'remove':
      await endWorkload(engine, refOf(todo, step.workload.name), graceMsOf(todo, step), signal)
      return { changed: true, look: null }
    case 'forget':
      return (await forgetService(engine, todo.rows, service!)) ? { changed: true, look: null } : { changed: false, look: { at: after(engine.now(), GONE_BUILD_MS), why: 'a build is being ended' } }
  }
}

function refOf({ observations }: Todo, name: string): WorkloadRef {
  const { environmentId, serviceId, deploymentId } = observations.find(({ observed }) => observed.name === name)!.observed
  return { name, environmentId, serviceId, deploymentId }
}

type Ending = Extract<Step, { do: 'stop' | 'remove' }>

function graceMsOf({ rows }: Todo, { workload }: Ending): number {
  const deployment = rows.deployments.find((row) => row.id === workload.deploymentId)
  return deployment ? deployment.spec.settings.stopGraceS * 1000 : STRAY_GRACE_MS
}

/** A version that goes because traffic has moved, is held, or has ceased: not before the proxy knows. */
function isDraining(rows: EnvironmentRows, step: Step): boolean {
  if (step.do !== 'stop' && step.do !== 'remove') return false
  const status = rows.deployments.find((row) => row.id === step.workload.deploymentId)?.status
  return step.workload.role === 'service' && (status === 'retired' || (status === 'active' && step.do === 'stop'))
}
