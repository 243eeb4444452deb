import type { ObservedWorkload, Workload } from '../driver'
import type { FakeTerminal } from './fake-terminal'

/** How a service of the fake runtime misbehaves. */
export type Trouble =
  /** Never becomes healthy; what is healthy already becomes unhealthy. */
  | 'health'
  /** Exits with code 1 whenever it runs. */
  | 'crash'
  /** Its program is not there. */
  | 'start'

/** What the fake runtime believes to be running. */
export type FakeRun = { workload: Workload; seen: ObservedWorkload }

/** A volume in memory: files by their path in it; null for a folder. */
export type FakeVolume = { environmentId: string; files: Map<string, Buffer | null> }

export type FakeWorld = {
  runs: Map<string, FakeRun>
  /** Newest generation applied, by service. */
  fences: Map<string, number>
  trouble: Map<string, Trouble>
  /** What the jobs of a service do, by service: end with a code at once, or run until they are ended. Absent: end with 0. */
  jobs: Map<string, number | 'runs'>
  /** Jobs that were removed: they are not started a second time. */
  removedJobs: Set<string>
  /** Ports that somebody else listens on. */
  takenPorts: Set<number>
  /** What was opened inside of workloads, by name. */
  terminals: Map<string, FakeTerminal[]>
  /** Volumes by name. */
  volumes: Map<string, FakeVolume>
  nextPid: number
}

export function emptyWorld(): FakeWorld {
  return { runs: new Map(), fences: new Map(), trouble: new Map(), jobs: new Map(), removedJobs: new Set(), takenPorts: new Set(), terminals: new Map(), volumes: new Map(), nextPid: 100_000 }
}

type Exit = { code: number | null; signal: string | null; byPlatform: boolean }

/** A run that begins now and is what its service's trouble makes of it. */
export function beginRun(world: FakeWorld, workload: Workload): FakeRun {
  const { name, role, part, environmentId, serviceId, deploymentId, generation } = workload
  const before = world.runs.get(name)
  const seen: ObservedWorkload = {
    name,
    environmentId,
    serviceId,
    deploymentId,
    role,
    part,
    generation,
    phase: role === 'job' ? 'running' : 'starting',
    health: 'unknown',
    healthMessage: null,
    address: null,
    pid: world.nextPid++,
    exit: null,
    restarts: before ? before.seen.restarts + 1 : 0,
    startedAt: new Date(),
    listening: [],
  }
  const run = { workload, seen }
  world.runs.set(name, run)
  settle(world, run)
  return run
}

/** Brings a living run in line with its service's trouble. */
export function settle(world: FakeWorld, run: FakeRun): void {
  if (run.seen.phase === 'exited') return
  const { serviceId, port, role } = run.workload
  switch (world.trouble.get(serviceId)) {
    case undefined:
      if (role === 'job') return settleJob(world, run)
      run.seen = { ...run.seen, phase: 'running', health: 'healthy', healthMessage: null, address: port === null ? null : { host: '127.0.0.1', port }, listening: [] }
      return
    case 'health':
      if (role === 'job') return settleJob(world, run)
      run.seen =
        run.seen.phase === 'running'
          ? { ...run.seen, health: 'unhealthy', healthMessage: illness(run.workload) }
          : { ...run.seen, health: 'unknown', healthMessage: `Nothing listens on port ${port} yet.` }
      return
    case 'crash':
      endRun(run, { code: 1, signal: null, byPlatform: false })
      return
    case 'start':
      endRun(run, { code: 127, signal: null, byPlatform: false })
      run.seen = { ...run.seen, healthMessage: 'The program was not found: it is not installed on this machine.' }
  }
}

function illness({ health }: Workload): string {
  return health?.kind === 'command' ? `The check "${health.argv[0] ?? ''}" ended with code 1.` : 'GET / answered 500 Internal Server Error.'
}

/** Nobody checks a job: it ends as it was told to, or when it is told to. */
function settleJob(world: FakeWorld, run: FakeRun): void {
  const outcome = world.jobs.get(run.workload.serviceId) ?? 0
  if (outcome !== 'runs') endRun(run, { code: outcome, signal: null, byPlatform: false })
}

export function endRun(run: FakeRun, exit: Exit): void {
  run.seen = { ...run.seen, phase: 'exited', health: 'unknown', address: null, pid: null, listening: [], exit: { ...exit, at: new Date() } }
}
