import type { DeploymentStatus } from '../../domain/deployment-status'
import type { FailureReason } from '../../domain/failure'

// What the planner is given and what it answers. Values only: no handle, no clock, no driver.

/** A deployment as far as the planner cares. */
export type PlannedDeployment = {
  id: string
  status: DeploymentStatus
  /** The port it was given; null while it has none. */
  port: number | null
  /** Time a new version has to become healthy, from when its workload was first seen. */
  deadlineMs: number
  retiredAt: Date | null
}

/** What is wanted of one service. */
export type WantedService = {
  id: string
  name: string
  desired: 'running' | 'stopped' | 'deleted'
  /** The deployment that should run. */
  targetId: string | null
  /** The deployment that holds the routes. */
  activeId: string | null
  /** How long a former version keeps running after traffic has moved. */
  drainMs: number
  /** Target, active, and every deployment that has a workload. */
  deployments: readonly PlannedDeployment[]
}

/** A workload as the runtime shows it, with what is remembered of its past. */
export type SeenWorkload = {
  name: string
  serviceId: string
  deploymentId: string
  phase: 'starting' | 'running' | 'exited'
  health: 'unknown' | 'healthy' | 'unhealthy'
  healthMessage: string | null
  exit: { code: number | null; signal: string | null; at: Date; byPlatform: boolean } | null
  startedAt: Date
  /** Ports its processes listen on. */
  listening: readonly number[]
  firstSeenAt: Date
  /** Last change of phase or health. */
  changedAt: Date
  /** Exits in a row that were not ours. */
  crashes: number
}

export type World = { services: readonly WantedService[]; seen: readonly SeenWorkload[] }

export type Step =
  /** It is starting or running. */
  | { do: 'apply'; deploymentId: string; why: string }
  /** Ended by us, to be started again. */
  | { do: 'stop'; workload: SeenWorkload; why: string }
  /** Gone, with its files. */
  | { do: 'remove'; workload: SeenWorkload; why: string }
  /** Nothing of it runs any more: its files and rows go. */
  | { do: 'forget'; why: string }

const STEPS: Record<Step['do'], true> = { apply: true, stop: true, remove: true, forget: true }
/** Every kind of step. */
export const STEP_KINDS = Object.keys(STEPS) as readonly Step['do'][]

/** A conclusion on a deployment, written before any step is taken. */
export type Verdict =
  | { kind: 'active'; deploymentId: string }
  | { kind: 'failed'; deploymentId: string; reason: FailureReason; message: string }
  /** Its service was stopped while it was starting. */
  | { kind: 'cancelled'; deploymentId: string }
  /** The target can never run (it failed or was cancelled): the active one is wanted again. */
  | { kind: 'hand_back'; deploymentId: string }

const VERDICTS: Record<Verdict['kind'], true> = { active: true, failed: true, cancelled: true, hand_back: true }
/** Every kind of verdict. */
export const VERDICT_KINDS = Object.keys(VERDICTS) as readonly Verdict['kind'][]

export type Look = { at: Date; why: string }

/** What to do for one service. A lane that fails stops no other. */
export type Lane = { serviceId: string; verdicts: Verdict[]; steps: Step[]; look: Look | null }

export type Plan = { lanes: Lane[]; strays: Step[]; look: Look | null }

/** The earlier of two times to look again. */
export function sooner(a: Look | null, b: Look | null): Look | null {
  if (a === null || b === null) return a ?? b
  return b.at < a.at ? b : a
}

export function after(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms)
}
