import type { Readable, Writable } from 'node:stream'

import type { RegistryAuth } from '../docker/connection'

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

/** Shares of the machine that a workload cannot go beyond; null: no limit. `cpuMilli`: thousandths of one processor. */
export type Limits = { memoryMib: number | null; cpuMilli: number | null; pids: number | null }

/**
 * A volume of the driver, by its derived name, at an absolute path inside the workload. `place`: where that path is among the
 * program's own files, for a runtime that runs folders; null elsewhere, or when it is not among them.
 */
export type Mount = { volume: string; path: string; readOnly: boolean; place?: string | null }

/** What a workload uses of its machine at one moment. */
export type Use = WorkloadRef & {
  part: string
  at: Date
  memoryBytes: number
  /** Null: no limit. */
  memoryLimitBytes: number | null
  /** Thousandths of one processor since the sample before; null for the first one. */
  cpuMilli: number | null
  cpuLimitMilli: number | null
  pids: number | null
  pidsLimit: number | null
  /** Since it started. */
  receivedBytes: number | null
  sentBytes: number | null
  /** From and to its disks since it started, as far as it is known; smaller than before when it began anew. */
  readBytes: number | null
  writtenBytes: number | null
}

/** An interactive session inside a workload: bytes both ways. */
export type Terminal = {
  /** What it prints. Ends when the program has ended. */
  output: Readable
  input: Writable
  resize(size: { columns: number; rows: number }): Promise<void>
  /** Resolves with the exit code when the program has ended; null when it is not known. */
  ended: Promise<number | null>
  close(): void
}

/** Something in a folder of a volume. Nothing is ever read, written or looked into through a link. */
export type VolumeEntry = { name: string; kind: 'file' | 'folder' | 'link' | 'other'; sizeBytes: number | null; modifiedAt: Date }

/**
 * The files of a volume, also while a workload writes to it. `path`: names from the root of the volume down, none of them
 * empty, `.` or `..`. Throws `not_found` where there is nothing, and `invalid_input` where something is not what it has to be:
 * a link in the way above all, also one that is put there in this moment.
 */
export type VolumeFiles = {
  /** Folders first, by name; `more`: how many were left out. */
  list(name: string, path: readonly string[], signal: AbortSignal): Promise<{ entries: VolumeEntry[]; more: number }>
  read(name: string, path: readonly string[], signal: AbortSignal): Promise<{ sizeBytes: number; content: Readable }>
  /** All of it takes the place of what was there, or nothing does. */
  write(name: string, path: readonly string[], file: { sizeBytes: number; content: Readable }, signal: AbortSignal): Promise<void>
  /** A file, a link itself, or a folder with everything in it. */
  remove(name: string, path: readonly string[], signal: AbortSignal): Promise<void>
  makeFolder(name: string, path: readonly string[], signal: AbortSignal): Promise<void>
}

/** Bytes that outlive workloads, by a derived name. */
export type Volumes = {
  /** It exists. `owner`: who may write to it when it is made, as numbers. */
  ensure(volume: { name: string; environmentId: string; owner: { uid: number; gid: number } | null }, signal: AbortSignal): Promise<void>
  /** Gone. Absent is success; throws `conflict` while a workload uses it. */
  remove(name: string, signal: AbortSignal): Promise<void>
  list(environmentId: string | null, signal: AbortSignal): Promise<{ name: string; environmentId: string; usedBy: string[] }[]>
  sizeBytes(name: string, signal: AbortSignal): Promise<number>
  /** Where its content is for a program: a folder of this machine, or null where that is the mount's own path. */
  where(name: string): string | null
  /** Its content as a tar stream, with owners and modes. */
  save(name: string, signal: AbortSignal): Promise<Readable>
  /** Replaces its content by that of a tar stream made by `save`; throws `conflict` while a workload runs on it. */
  restore(name: string, tar: Readable, signal: AbortSignal): Promise<void>
  files: VolumeFiles
}

/**
 * A server that is tried out on a content of its own: it is no workload, reaches nobody, and nobody reaches it. `path`: where its
 * content is for it; `probe`: ends with code 0 when it answers.
 */
export type Trial = { name: string; image: string; argv: string[] | null; env: Record<string, string>; path: string; probe: readonly string[]; limits: Limits }

export type Trials = {
  /** Starts it on what `Volumes.save` made or as good as that, and does something with it when it answers: `inside` is what a program prints there. All of it goes afterwards. */
  run<T>(trial: Trial, content: Readable, signal: AbortSignal, work: (inside: (argv: readonly string[]) => Promise<string>) => Promise<T>): Promise<T>
  /** What a worker that died has left of one. Absent is success. */
  remove(name: string, signal: AbortSignal): Promise<void>
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
    | { kind: 'command'; argv: string[]; /** Absolute folder to run in. */ cwd: string; /** Absolute folder of all of the program's own files, in which mounts are placed. */ root?: string }
    | { kind: 'files'; /** Absolute folder to serve. */ directory: string; fallback: string | null }
    | {
        kind: 'image'
        /** What its engine knows it by: a repository with a digest, or the id of an image that was made there. */
        image: string
        /** Null: as the image says. */
        entrypoint: string[] | null
        /** Arguments after the entrypoint; null: as the image says. */
        argv: string[] | null
        /** Null: as the image says. */
        cwd: string | null
        /** Who may fetch it again when it is not there any more; null for an image that no registry has. */
        pull: { auth: RegistryAuth | null } | null
      }
  /** Names under which the others of its environment reach it, such as `api`. Only where there is isolation. */
  names: string[]
  /** Services of its environment it may open connections to; `all`: each of them. Only where there is isolation. */
  reaches: 'all' | string[]
  limits: Limits
  /** Whether its file system can be written to, besides /tmp and its mounts. */
  readOnly: boolean
  mounts: Mount[]
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
  exit: { code: number | null; signal: string | null; at: Date; byPlatform: boolean; /** What is known beyond them, as sentences. */ why?: string | null } | null
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
  /** `machine`: every workload needs a port of its own on the machine. `workload`: it has an address of its own. */
  ports: 'machine' | 'workload'
  /** What it runs. */
  artifacts: 'folders' | 'images'
}

/** `version`: of the engine that answered, where there is one. `hostAddress`: an address of this machine that workloads there reach, and that leads to nobody outside of it; absent where there is none. */
export type Probe = { ok: true; version?: string; hostAddress?: string } | { ok: false; message: string }

/** A file that captures output; lines are read from it by the log collector, from a byte position. */
export type LogFile = WorkloadRef & { part: string; path: string; stream: 'stdout' | 'stderr' }

/** What a deployment is said to be given as of now, which may have changed since it was started; null when that cannot be known. */
export type EnvironmentNow = (deploymentId: string) => Promise<Record<string, string> | null>

export type RuntimeDriver = {
  capabilities: Capabilities
  /** Whether the target is usable; if not, what the operator should do. */
  probe(signal: AbortSignal): Promise<Probe>
  /** The environment's private network exists. `linksOnly`: what is not linked cannot reach each other. */
  ensureNetwork(environmentId: string, options: { linksOnly: boolean }, signal: AbortSignal): Promise<void>
  /** Nothing is left of the environment: its networks go as well. Repeated: no-op. */
  forgetEnvironment(environmentId: string, signal: AbortSignal): Promise<void>
  /**
   * It is starting or running. Repeated: no-op while it lives; starts it again when it has exited (restarts + 1).
   * Throws AppError `stale_generation` for an older generation than the newest applied for the service or a removed job, and
   * `conflict` when the port is taken by somebody else, `not_now` while another workload that runs may write to a volume of it.
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
  /** What everything of ours there uses; empty where it cannot be measured. */
  use(signal: AbortSignal): Promise<Use[]>
  /** Only with the capability `exec`. Throws `not_now` when the workload does not run. */
  terminal?(ref: WorkloadRef, session: { argv: string[] | null; columns: number; rows: number }, signal: AbortSignal): Promise<Terminal>
  /** What a program prints inside of a workload that runs, as bytes; an error when it does not end with code 0. Only where there is isolation. */
  printed?(ref: WorkloadRef, argv: readonly string[], signal: AbortSignal): Promise<Readable>
  /** Only where there is isolation. */
  trials?: Trials
  /** Only with the capability `volumes`. */
  volumes?: Volumes
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

/** The derived name of a trial of a snapshot. */
export function trialName(snapshotId: string): string {
  return `trial-${snapshotId.replace('_', '-')}`
}

/** The derived name of a volume. */
export function volumeName(volumeId: string): string {
  return volumeId.replace('_', '-')
}

/** The derived name of the job that is one run of a cron service. */
export function runName(runId: string): string {
  return runId.replace('_', '-')
}
