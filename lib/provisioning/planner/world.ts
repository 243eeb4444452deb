import type { DeploymentStatus } from '../../domain/deployment-status'
import type { FailureReason } from '../../domain/failure'
import type { Harm } from '../../domain/harm'
import type { RunStatus } from '../../domain/run-status'

// What the planner is given and what it answers. Values only: no handle, no clock, no driver.

/** A deployment as far as the planner cares: its status, and the settings it was frozen with. */
export type PlannedDeployment = {
  id: string
  status: DeploymentStatus
  /** Time a new version has to become healthy, from when its workload was first seen. */
  deadlineMs: number
  activatedAt: Date | null
  retiredAt: Date | null
  /** Processes behind its address. */
  replicas: number
  /** `replace`: it may not run beside another version of its service. */
  rollout: 'overlap' | 'replace'
  restart: { policy: 'always' | 'on_failure' | 'never'; limit: number }
  /** How long it may stay unhealthy after it has served before it is started afresh. */
  unhealthyMs: number
  /** The command that runs once before its first start; null for none. */
  prepare: { timeoutMs: number; isDone: boolean } | null
  /** Set for a cron service: nothing of it runs but its runs. */
  cron: { schedule: string; timeZone: string; overlap: 'skip' | 'wait' | 'replace' | 'parallel'; timeoutMs: number } | null
  /** Quiet time after which it sleeps; null for never. */
  sleepAfterMs: number | null
}

/** A run of a cron service that waits or is at work. */
export type PlannedRun = {
  id: string
  deploymentId: string
  status: 'queued' | 'running'
  startedAt: Date | null
  /** Somebody asked for its end. */
  end: 'cancelled' | 'timed_out' | null
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
  /** How long a former version keeps running after traffic has moved, in any case. */
  overlapMs: number
  /** How much longer what is open there has to end. */
  drainMs: number
  /** How long a request is held at most. */
  holdMs: number
  /** Since when requests wait because one version replaces another. */
  heldAt: Date | null
  /** Since when it sleeps. */
  sleepingAt: Date | null
  /** When it was woken last. */
  wokenAt: Date | null
  /** The last arrival of a request that is known. */
  lastRequestAt: Date | null
  /** Target, active, and every deployment that has a workload or an open run. */
  deployments: readonly PlannedDeployment[]
  runs: readonly PlannedRun[]
  /** When the newest scheduled run was due. */
  lastDueAt: Date | null
  /** The harm that was measured of the active version and not yet acted upon. */
  harm: Harm | null
  /** Until when harm of the active version is looked for. */
  guardUntil: Date | null
}

/** A workload as the runtime shows it, with what is remembered of its past. */
export type SeenWorkload = {
  name: string
  serviceId: string
  deploymentId: string
  role: 'service' | 'job'
  /** `0`, `1`, … for replicas, `prepare`, or the id of a run. */
  part: string
  phase: 'starting' | 'running' | 'exited'
  health: 'unknown' | 'healthy' | 'unhealthy'
  healthMessage: string | null
  exit: { code: number | null; signal: string | null; at: Date; byPlatform: boolean; why?: string | null } | null
  startedAt: Date
  /** The port it was given; null for a job, and while it has none. */
  port: number | null
  /** Ports its processes listen on. */
  listening: readonly number[]
  /** Requests and connections the proxy has open there; null when that is not known. */
  open: number | null
  firstSeenAt: Date
  /** Last change of phase or health. */
  changedAt: Date
  /** Exits in a row that were not ours. */
  crashes: number
}

export type World = { services: readonly WantedService[]; seen: readonly SeenWorkload[] }

export const STEP_KINDS = ['apply', 'stop', 'remove', 'forget'] as const

export type Step =
  /** It is starting or running: a replica, the job that prepares it, or a run. */
  | { do: 'apply'; deploymentId: string; part: string; why: string }
  /** Ended by us; its record stays. */
  | { do: 'stop'; workload: SeenWorkload; why: string }
  /** Gone, with its files. */
  | { do: 'remove'; workload: SeenWorkload; why: string }
  /** Nothing of it runs any more: its files and rows go. */
  | { do: 'forget'; why: string }

export const VERDICT_KINDS = ['active', 'failed', 'cancelled', 'hand_back', 'prepared', 'hold', 'release_hold', 'sleep', 'run_due', 'run_begun', 'run_end_asked', 'run_ended', 'harmed'] as const

/** A conclusion on a deployment, written before any step is taken. */
export type DeploymentVerdict =
  | { kind: 'active'; deploymentId: string }
  | { kind: 'failed'; deploymentId: string; reason: FailureReason; message: string }
  /** Its service was stopped while it was starting. */
  | { kind: 'cancelled'; deploymentId: string }
  /** The target can never run (it failed or was cancelled): the active one is wanted again. */
  | { kind: 'hand_back'; deploymentId: string }
  /** Its pre-deploy command ended well. */
  | { kind: 'prepared'; deploymentId: string }
  /** It does harm: the former one is to serve again. */
  | { kind: 'harmed'; deploymentId: string; harm: Harm }

/** A conclusion on a service or one of its runs, written likewise. */
export type ServiceVerdict =
  /** Requests wait from now on: one version is about to end before the next one starts. */
  | { kind: 'hold' }
  | { kind: 'release_hold' }
  /** Nobody has asked for it for long. */
  | { kind: 'sleep' }
  | { kind: 'run_due'; deploymentId: string; dueAt: Date; status: Extract<RunStatus, 'queued' | 'skipped' | 'missed'> }
  | { kind: 'run_begun'; runId: string }
  | { kind: 'run_end_asked'; runId: string; end: 'cancelled' | 'timed_out' }
  | { kind: 'run_ended'; runId: string; status: Extract<RunStatus, 'done' | 'failed' | 'timed_out' | 'cancelled'>; exitCode: number | null; exitSignal: string | null; message: string | null }

export type Verdict = DeploymentVerdict | ServiceVerdict

export type Look = { at: Date; why: string }

/** What to do for one service. A lane that fails stops no other. */
export type Lane = { serviceId: string; verdicts: Verdict[]; steps: Step[]; look: Look | null }

export type Plan = { lanes: Lane[]; strays: Step[]; look: Look | null }

/** One service, what is seen of it, and the time: what every rule below it is asked with. */
export type Scene = { want: WantedService; seen: readonly SeenWorkload[]; now: Date }

/** The earlier of two times to look again. */
export function sooner(a: Look | null, b: Look | null): Look | null {
  if (a === null || b === null) return a ?? b
  return b.at < a.at ? b : a
}

export function after(from: Date, ms: number): Date {
  return new Date(from.getTime() + ms)
}

export function latest(...times: readonly (Date | null)[]): Date | null {
  return times.reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null)
}
