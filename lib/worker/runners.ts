import { EventEmitter } from 'node:events'

import { Logger, run, type Runner, type WorkerEvents } from 'graphile-worker'

import type { Log } from '../log'
import type { Tasks } from './tasks'

// Three runners, so that neither a long build nor a slow clone ever keeps an environment waiting.

const POLL_MS = 1_000

export type Runners = { /** Under which ids they lock jobs. */ ids(): string[]; /** Takes no new jobs and resolves when those at work have ended. */ stop(): Promise<void> }

export async function startRunners(options: { databaseUrl: string; tasks: Tasks; builders: number; log: Log }): Promise<Runners> {
  const { tasks } = options
  const ids = new Set<string>()
  const groups: [Partial<Tasks>, number][] = [
    [{ reconcile: tasks.reconcile, 'look-again': tasks['look-again'], 'release-deployment': tasks['release-deployment'] }, 4],
    [{ 'run-deployment': tasks['run-deployment'] }, options.builders],
    [{ inspect: tasks.inspect }, 2],
  ]
  const runners = await Promise.all(groups.map(([taskList, concurrency]) => startOne({ ...options, taskList: taskList as Tasks, concurrency, ids })))
  return {
    ids: () => [...ids],
    stop: async () => void (await Promise.all(runners.map((runner) => runner.stop().catch((cause: unknown) => options.log.warn({ cause }, 'a runner did not stop cleanly'))))),
  }
}

function startOne(options: { databaseUrl: string; taskList: Tasks; concurrency: number; log: Log; ids: Set<string> }): Promise<Runner> {
  const events = new EventEmitter() as unknown as WorkerEvents
  events.on('worker:create', ({ worker }) => options.ids.add(worker.workerId))
  return run({
    connectionString: options.databaseUrl,
    // One connection listens; jobs are fetched and finished on the others.
    maxPoolSize: Math.min(options.concurrency, 3) + 1,
    taskList: options.taskList,
    concurrency: options.concurrency,
    pollInterval: POLL_MS,
    parsedCronItems: [],
    noHandleSignals: true,
    events,
    logger: quietLogger(options.log),
  })
}

/** The queue's own messages. A failed job is logged by it with the error that was thrown. */
function quietLogger(log: Log): Logger {
  return new Logger(() => (level, message, meta) => {
    if (level === 'error') log.warn({ cause: (meta as { error?: unknown } | undefined)?.error, said: message }, 'the queue reports a fault')
    else if (level === 'warning') log.warn({ said: message }, 'the queue warns')
  })
}
