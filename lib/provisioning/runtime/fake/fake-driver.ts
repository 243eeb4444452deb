import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { AppError } from '../../../errors'
import type { Capabilities, ObservedWorkload, RuntimeDriver, Workload } from '../driver'
import { fakeTerminal, type FakeTerminal } from './fake-terminal'
import { demandVolumes, fakeVolumes } from './fake-volumes'
import { beginRun, emptyWorld, endRun, settle, type FakeRun, type FakeWorld, type Trouble } from './world'

// A runtime in memory for tests: nothing is started, every change happens at once, and knobs make services misbehave.

/** Calls that can be made to fail. */
export type Verb = 'apply' | 'forgetEnvironment' | 'remove' | 'stop' | 'forget' | 'observe' | 'ensureNetwork' | 'logFiles' | 'terminal' | 'volumes'

export type FakeControls = {
  world: FakeWorld
  /** From now on the service has this trouble, what runs of it included. */
  fail(serviceId: string, trouble: Trouble): void
  /** The trouble is over; what still lives becomes healthy, what has exited stays exited. */
  heal(serviceId: string): void
  /** What jobs of the service do from now on: end with this code at once, or run until they are ended. Before: end with 0. */
  jobs(serviceId: string, outcome: number | 'runs'): void
  /** A workload ends by itself, such as one replica or one job. */
  end(name: string, code: number | null, signal?: string): void
  /** What lives of the service ends by itself. */
  exit(serviceId: string, code: number | null, signal?: string): void
  /** Somebody else listens on this port. */
  takePort(port: number): void
  freePort(port: number): void
  /** The next call of this verb throws, before or after it has had its effect. */
  failNext(verb: Verb, when: 'before' | 'after'): void
  /** Ids of the deployments of a service of which a replica runs and is healthy. */
  serving(serviceId: string): string[]
  /** A part of a deployment as it was applied last, the first replica unless another is named; null when there is none. */
  applied(deploymentId: string, part?: string): Workload | null
  /** Terminals that were opened inside of a workload, the open and the ended ones. */
  terminals(name: string): FakeTerminal[]
  /** Puts a line into the captured output. Needs `directory`. */
  print(name: string, stream: 'stdout' | 'stderr', text: string): void
}

export type FakeOptions = {
  /** Where captured output lies; without it nothing is captured. */
  directory?: string
  /** What it says it can do; a machine without walls unless something else is said. */
  capabilities?: Partial<Capabilities>
}

/** A driver that runs nothing, with knobs. */
export function fakeDriver({ directory, capabilities: own }: FakeOptions = {}): RuntimeDriver & FakeControls {
  const capabilities: Capabilities = { kind: 'fake', volumes: true, exec: true, overlap: true, isolation: 'none', limits: false, replicas: false, ports: 'machine', artifacts: 'folders', ...own }
  const world = emptyWorld()
  const watchers = new Set<(environmentId: string) => void>()
  const failing = new Map<Verb, 'before' | 'after'>()
  const changed = (environmentId: string) => watchers.forEach((watcher) => watcher(environmentId))
  const logPath = (name: string, stream: string) => join(directory ?? '', name, `${stream}.log`)

  /** Every call: refuses when aborted, fails when it was told to. */
  async function call<T>(verb: Verb, signal: AbortSignal, work: () => T): Promise<T> {
    signal.throwIfAborted()
    const when = failing.get(verb)
    failing.delete(verb)
    if (when === 'before') throw lost(verb)
    const result = work()
    if (when === 'after') throw lost(verb)
    return result
  }

  const eachRun = (serviceId: string) => [...world.runs.values()].filter((run) => run.workload.serviceId === serviceId)

  return {
    ...controls({ world, failing, changed, eachRun }),
    print(name, stream, text) {
      if (!directory) return
      mkdirSync(join(directory, name), { recursive: true })
      appendFileSync(logPath(name, stream), `${text}\n`)
    },
    capabilities,
    probe: async () => ({ ok: true }),
    ensureNetwork: (_, __, signal) => call('ensureNetwork', signal, () => undefined),
    forgetEnvironment: (_, signal) => call('forgetEnvironment', signal, () => undefined),
    use: async () => [],
    terminal: (ref, { argv, columns, rows }, signal) =>
      call('terminal', signal, () => {
        if (world.runs.get(ref.name)?.seen.phase !== 'running') throw new AppError('not_now', 'That does not run any more. Choose something that does.')
        const terminal = fakeTerminal(ref.name, argv, { columns, rows })
        world.terminals.set(ref.name, [...(world.terminals.get(ref.name) ?? []), terminal])
        return terminal
      }),
    apply: (workload, signal) =>
      call('apply', signal, () => {
        applyFake(world, workload, capabilities.ports)
        changed(workload.environmentId)
      }),
    stop: (ref, _, signal) =>
      call('stop', signal, () => {
        const run = world.runs.get(ref.name)
        if (!run) return
        endTerminals(world, ref.name)
        if (run.seen.exit) run.seen = { ...run.seen, exit: { ...run.seen.exit, byPlatform: true } }
        else endRun(run, { code: null, signal: 'SIGTERM', byPlatform: true })
        changed(ref.environmentId)
      }),
    remove: (ref, _, signal) =>
      call('remove', signal, () => {
        if (directory) rmSync(join(directory, ref.name), { recursive: true, force: true })
        endTerminals(world, ref.name)
        if (world.runs.get(ref.name)?.workload.role === 'job') world.removedJobs.add(ref.name)
        if (world.runs.delete(ref.name)) changed(ref.environmentId)
      }),
    forget: (serviceId, signal) => call('forget', signal, () => void world.fences.delete(serviceId)),
    observe: (environmentId, signal) =>
      call('observe', signal, (): ObservedWorkload[] =>
        [...world.runs.values()].filter((run) => environmentId === null || run.seen.environmentId === environmentId).map((run) => ({ ...run.seen })),
      ),
    logFiles: (signal) =>
      call('logFiles', signal, () =>
        [...(directory ? world.runs.values() : [])].flatMap(({ workload: { name, environmentId, serviceId, deploymentId, part } }) =>
          (['stdout', 'stderr'] as const).map((stream) => ({ name, environmentId, serviceId, deploymentId, part, stream, path: logPath(name, stream) })),
        ),
      ),
    volumes: fakeVolumes(world, (work, signal) => call('volumes', signal, work)),
    watch(onChange) {
      const watcher = (environmentId: string) => onChange(environmentId)
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    close: async () => watchers.clear(),
  }
}

type Inside = {
  world: FakeWorld
  failing: Map<Verb, 'before' | 'after'>
  changed(environmentId: string): void
  eachRun(serviceId: string): FakeRun[]
}

function controls({ world, failing, changed, eachRun }: Inside): Omit<FakeControls, 'print'> {
  const resettle = (serviceId: string) => {
    for (const run of eachRun(serviceId)) {
      settle(world, run)
      changed(run.workload.environmentId)
    }
  }
  const endByItself = (run: FakeRun, code: number | null, signal: string | null = null) => {
    if (run.seen.phase === 'exited') return
    endTerminals(world, run.workload.name)
    endRun(run, { code, signal, byPlatform: false })
    changed(run.workload.environmentId)
  }
  return {
    world,
    fail(serviceId, trouble) {
      world.trouble.set(serviceId, trouble)
      resettle(serviceId)
    },
    heal(serviceId) {
      world.trouble.delete(serviceId)
      resettle(serviceId)
    },
    jobs: (serviceId, outcome) => void world.jobs.set(serviceId, outcome),
    end(name, code, signal) {
      const run = world.runs.get(name)
      if (run) endByItself(run, code, signal)
    },
    exit(serviceId, code, signal) {
      for (const run of eachRun(serviceId)) endByItself(run, code, signal)
    },
    terminals: (name) => world.terminals.get(name) ?? [],
    takePort: (port) => void world.takenPorts.add(port),
    freePort: (port) => void world.takenPorts.delete(port),
    failNext: (verb, when) => void failing.set(verb, when),
    serving: (serviceId) => [...new Set(eachRun(serviceId).filter(({ seen }) => seen.phase === 'running' && seen.health === 'healthy').map(({ seen }) => seen.deploymentId))],
    applied: (deploymentId, part = '0') => [...world.runs.values()].find(({ workload }) => workload.deploymentId === deploymentId && workload.part === part)?.workload ?? null,
  }
}

/** What is open inside of a workload ends with it. */
function endTerminals(world: FakeWorld, name: string): void {
  for (const terminal of world.terminals.get(name) ?? []) terminal.end(137)
}

function applyFake(world: FakeWorld, workload: Workload, ports: Capabilities['ports']): void {
  const newest = world.fences.get(workload.serviceId) ?? workload.generation
  if (workload.generation < newest) throw new AppError('stale_generation', 'A newer version of this service has been applied since.')
  world.fences.set(workload.serviceId, workload.generation)
  const present = world.runs.get(workload.name)
  if (present && (present.seen.phase !== 'exited' || workload.role === 'job')) {
    present.seen = { ...present.seen, generation: workload.generation }
    return
  }
  if (world.removedJobs.has(workload.name)) throw new AppError('stale_generation', 'This job has been started before, and its record was removed since.')
  const { port } = workload
  const inUse = ports === 'machine' && port !== null && [...world.runs.values()].some((run) => run.workload.port === port && run.workload.name !== workload.name && run.seen.phase !== 'exited')
  if (port !== null && (inUse || world.takenPorts.has(port))) {
    throw new AppError('conflict', `Port ${port} is taken by another program on this machine. Stop it, or use another port.`)
  }
  demandVolumes(world, workload)
  beginRun(world, workload)
}

function lost(verb: Verb): AppError {
  return new AppError('unavailable', `The runtime did not answer (${verb}).`)
}
