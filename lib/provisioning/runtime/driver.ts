// The runtime driver: makes one target match what it is told and says what it sees. It knows nothing of builds, users or
// the database. Every call is safe to repeat, takes a signal, and names things by derivation, so doing a thing twice
// collides harmlessly.

export type HealthCheck = {
  /** `command`: `argv` ends with code 0. The others: see `HealthSettings` of the contract. */
  kind: 'auto' | 'http' | 'tcp' | 'command'
  path: string
  /** Program and arguments of a `command` check, run in the workload's folder with its environment; empty otherwise. */
  argv: string[]
  intervalMs: number
  timeoutMs: number
  /** Failed checks in a row that make a healthy workload unhealthy. */
  failures: number
  /** Passed checks in a row that make a workload healthy, at first and after it was unhealthy. */
  successes: number
}

/** What a runtime is asked to run for one deployment. */
export type Workload = {
  /** Derived: see `replicaName`, `prepareName`, `runName`. */
  name: string
  /**
   * `service`: runs until it is ended, and is started again by the next apply when it has exited. `job`: runs once to its
   * end. However often it is applied, and whoever dies meanwhile, its program is started at most once: a run of which the
   * end is not known is observed as exited with neither code nor signal. Removed, it is refused for at least a day.
   */
  role: 'service' | 'job'
  /** Which part of the deployment it is: `0`, `1`, … for replicas, `prepare`, or the id of a run. Opaque to the driver. */
  part: string
  environmentId: string
  serviceId: string
  deploymentId: string
  /** Fencing token: an apply with an older generation than the newest seen for the service is refused. */
  generation: number
  start:
    | { kind: 'command'; argv: string[]; /** Absolute folder to run in. */ cwd: string }
    | { kind: 'files'; /** Absolute folder to serve. */ directory: string; fallback: string | null }
  /** The whole environment of the process besides what the driver adds (PATH, HOME, TMPDIR); contains PORT. */
  env: Record<string, string>
  /** Null for a job: it listens nowhere and nobody checks it. */
  port: number | null
  health: HealthCheck | null
}

export type WorkloadRef = { name: string; environmentId: string; serviceId: string; deploymentId: string }

export type ObservedWorkload = WorkloadRef & {
  role: Workload['role']
  part: string
  generation: number
  /** `starting`: the process lives but has not been healthy yet; `running`: it has been, or it is a job; `exited`: no process. */
  phase: 'starting' | 'running' | 'exited'
  health: 'unknown' | 'healthy' | 'unhealthy'
  /** Why the last check failed, as a sentence; null when it passed. */
  healthMessage: string | null
  address: { host: string; port: number } | null
  pid: number | null
  /** Null while it runs; code and signal are null when the exit was not seen. `byPlatform`: we ended it. */
  exit: { code: number | null; signal: string | null; at: Date; byPlatform: boolean } | null
  /** Starts after the first one. */
  restarts: number
  startedAt: Date
  /** Ports its processes listen on, as far as can be seen. */
  listening: number[]
}

export type Capabilities = {
  kind: 'process' | 'docker' | 'kubernetes' | 'fake'
  volumes: boolean
  exec: boolean
  overlap: boolean
  isolation: 'none' | 'network'
  limits: boolean
  replicas: boolean
}

export type Probe = { ok: true } | { ok: false; message: string }

/** A file that captures output; lines are read from it by the log collector, from a byte position. */
export type LogFile = WorkloadRef & { part: string; path: string; stream: 'stdout' | 'stderr' }

export type RuntimeDriver = {
  capabilities: Capabilities
  /** Whether the target is usable; if not, what the operator should do. */
  probe(signal: AbortSignal): Promise<Probe>
  /** The environment's private network exists. */
  ensureNetwork(environmentId: string, signal: AbortSignal): Promise<void>
  /**
   * It is starting or running. Repeated: no-op while it lives; starts it again when it has exited (restarts + 1).
   * Throws AppError `stale_generation` for an older generation than the newest applied for the service or a removed job, and
   * `conflict` when the port is taken by somebody else.
   */
  apply(workload: Workload, signal: AbortSignal): Promise<void>
  /** Gone, politely (SIGTERM) then firmly (SIGKILL after graceMs), files of the run included. Absent is success. */
  remove(ref: WorkloadRef, graceMs: number, signal: AbortSignal): Promise<void>
  /** Stopped like `remove`, but its record stays and is observed as exited by the platform. */
  stop(ref: WorkloadRef, graceMs: number, signal: AbortSignal): Promise<void>
  /** The service is deleted and none of its workloads is left: what is remembered of it goes as well. Repeated: no-op. */
  forget(serviceId: string, signal: AbortSignal): Promise<void>
  /** Everything of ours there, strays included; for one environment, or all when null. Read only. */
  observe(environmentId: string | null, signal: AbortSignal): Promise<ObservedWorkload[]>
  /** Files with captured output of everything of ours. */
  logFiles(signal: AbortSignal): Promise<LogFile[]>
  /** Calls back with the environment's id whenever a look would show something new. A hint: may come late or never. */
  watch(onChange: (environmentId: string) => void): () => void
  /** Lets go of timers and children without stopping any workload. */
  close(): Promise<void>
}

/** The derived name of a replica of a deployment: file-name and host-name safe. The first has the name of the deployment. */
export function replicaName(deploymentId: string, index: number): string {
  return index === 0 ? deploymentId.replace('_', '-') : `${deploymentId.replace('_', '-')}-${index}`
}

/** The derived name of the job that prepares a deployment. */
export function prepareName(deploymentId: string): string {
  return `${deploymentId.replace('_', '-')}-prepare`
}

/** The derived name of the job that is one run of a cron service. */
export function runName(runId: string): string {
  return runId.replace('_', '-')
}
