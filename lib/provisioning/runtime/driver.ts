// The runtime driver: makes one target match what it is told and says what it sees. It knows nothing of builds, users or
// the database. Every call is safe to repeat, takes a signal, and names things by derivation, so doing a thing twice
// collides harmlessly.

export type HealthCheck = {
  kind: 'auto' | 'http' | 'tcp'
  path: string
  intervalMs: number
  timeoutMs: number
  /** Failed checks in a row that make a healthy workload unhealthy. */
  failures: number
}

/** What a runtime is asked to run for one deployment. */
export type Workload = {
  /** Derived from the deployment's id: see `workloadName`. */
  name: string
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
  port: number
  health: HealthCheck
}

export type WorkloadRef = { name: string; environmentId: string; serviceId: string; deploymentId: string }

export type ObservedWorkload = WorkloadRef & {
  generation: number
  /** `starting`: the process lives but has not been healthy yet; `running`: it has been; `exited`: no process. */
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
export type LogFile = WorkloadRef & { path: string; stream: 'stdout' | 'stderr' }

export type RuntimeDriver = {
  capabilities: Capabilities
  /** Whether the target is usable; if not, what the operator should do. */
  probe(signal: AbortSignal): Promise<Probe>
  /** The environment's private network exists. */
  ensureNetwork(environmentId: string, signal: AbortSignal): Promise<void>
  /**
   * It is starting or running. Repeated: no-op while it lives; starts it again when it has exited (restarts + 1).
   * Throws AppError `stale_generation` for an older generation than the newest applied for the service, and
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

/** The derived name of a deployment's workload: file-name and host-name safe. */
export function workloadName(deploymentId: string): string {
  return deploymentId.replace('_', '-')
}
