import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

import { Logger, run, type Runner, type WorkerEvents } from 'graphile-worker'

import type { Log } from '../log'
import type { Tasks } from './tasks'

// Seven runners, so that neither a long build, a slow clone, a large copy, a database, a mail server nor a certificate authority that does not answer ever keeps an environment waiting.

const POLL_MS = 1_000

/** After a place was lost, because the database was away. */
const AGAIN_MS = 500

export type Runners = { /** Under which ids they lock jobs. */ ids(): string[]; /** Takes no new jobs and resolves when those at work have ended. */ stop(): Promise<void> }

type Group = { databaseUrl: string; taskList: Partial<Tasks>; concurrency: number; log: Log }

export async function startRunners(options: { databaseUrl: string; tasks: Tasks; builders: number; log: Log }): Promise<Runners> {
  const { tasks, databaseUrl, log } = options
  const room: Room = { ids: new Set(), runners: new Set(), isStopping: false }
  const groups: [Partial<Tasks>, number][] = [
    [{ reconcile: tasks.reconcile, 'look-again': tasks['look-again'], 'release-deployment': tasks['release-deployment'] }, 4],
    [{ 'run-deployment': tasks['run-deployment'] }, options.builders],
    [{ inspect: tasks.inspect }, 2],
    [{ 'take-snapshot': tasks['take-snapshot'], 'restore-snapshot': tasks['restore-snapshot'], 'prove-snapshot': tasks['prove-snapshot'], 'remove-snapshot': tasks['remove-snapshot'] }, 2],
    [{ rotate: tasks.rotate, branch: tasks.branch }, 2],
    [{ 'deliver-alerts': tasks['deliver-alerts'] }, 4],
    [{ 'issue-certificate': tasks['issue-certificate'] }, 4],
  ]
  const forgotten = Object.keys(tasks).filter((task) => !groups.some(([list]) => task in list))
  if (forgotten.length > 0) throw new Error(`No runner takes jobs of the kind ${forgotten.join(', ')}.`)
  await Promise.all(groups.map(([taskList, concurrency]) => startOne(room, { databaseUrl, log, taskList, concurrency })))
  return {
    ids: () => [...room.ids],
    async stop() {
      room.isStopping = true
      await Promise.all([...room.runners].map((runner) => runner.stop().catch((cause: unknown) => log.warn({ cause }, 'a runner did not stop cleanly'))))
    },
  }
}

type Room = { ids: Set<string>; runners: Set<Runner>; isStopping: boolean }

async function startOne(room: Room, group: Group): Promise<void> {
  const events = new EventEmitter() as unknown as WorkerEvents
  events.on('worker:create', ({ worker }) => room.ids.add(worker.workerId))
  events.on('worker:fatalError', ({ worker }) => void replace(room, group, worker.workerId))
  const runner = await run({
    connectionString: group.databaseUrl,
    // One connection listens; jobs are fetched and finished on the others.
    maxPoolSize: Math.min(group.concurrency, 3) + 1,
    taskList: group.taskList as Tasks,
    concurrency: group.concurrency,
    pollInterval: POLL_MS,
    parsedCronItems: [],
    noHandleSignals: true,
    events,
    logger: quietLogger(group.log),
  })
  room.runners.add(runner)
  if (room.isStopping) await runner.stop()
}

/**
 * A place that could not tell the database how its job ended gives itself up, and the queue puts nobody in its place. Its
 * job is given back when its id is no longer among those that live.
 */
async function replace(room: Room, group: Group, id: string): Promise<void> {
  room.ids.delete(id)
  while (!room.isStopping) {
    try {
      await startOne(room, { ...group, concurrency: 1 })
      return group.log.warn({ runner: id }, 'a place in the queue was lost and is taken again')
    } catch {
      await sleep(AGAIN_MS)
    }
  }
}

/** The queue's own messages. A failed job is logged by it with the error that was thrown. */
function quietLogger(log: Log): Logger {
  return new Logger(() => (level, message, meta) => {
    if (level === 'error') log.warn({ cause: (meta as { error?: unknown } | undefined)?.error, said: message }, 'the queue reports a fault')
    else if (level === 'warning') log.warn({ said: message }, 'the queue warns')
  })
}
