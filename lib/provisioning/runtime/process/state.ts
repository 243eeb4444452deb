import { readFileSync } from 'node:fs'

import { z } from 'zod'

import type { RunFolder } from './run-folder'
import { writeAtomically } from '../record/write-atomically'

// What a workload was asked to be and which run of it is the present one. Written only by whoever holds the workload's
// lock. What happens to a run (its health, its end) is in the folder of the run, so whoever watches it writes nothing
// here. The environment of the program is not in it, because that holds secrets.

const Identity = z.object({ pid: z.number().int().positive(), startTime: z.string().min(1) })
const HealthWord = z.enum(['unknown', 'healthy', 'unhealthy'])

const Check = z.object({
  kind: z.enum(['auto', 'http', 'tcp', 'command']),
  path: z.string(),
  argv: z.array(z.string()).default([]),
  intervalMs: z.number().positive(),
  timeoutMs: z.number().positive(),
  failures: z.number().int().positive(),
  successes: z.number().int().positive().default(1),
})

/** What the first version kept in this file of a run that began then. */
const Former = z.object({
  stopping: z.boolean(),
  health: HealthWord,
  healthMessage: z.string().nullable(),
  wasHealthy: z.boolean(),
  host: z.string().nullable(),
  exit: z.object({ code: z.number().int().nullable(), signal: z.string().nullable(), at: z.coerce.date(), byPlatform: z.boolean() }).nullable(),
})

const Asked = z.object({
  name: z.string(),
  environmentId: z.string(),
  serviceId: z.string(),
  deploymentId: z.string(),
  generation: z.number().int(),
  port: z.number().int().nullable(),
  check: Check.nullable(),
  /** Null from the moment a start is intended until it has happened, and when there was nothing to start. */
  leader: Identity.nullable(),
  startedAt: z.coerce.date(),
  restarts: z.number().int().nonnegative(),
})

const State = Asked.extend({
  version: z.literal(2),
  role: z.enum(['service', 'job']),
  part: z.string(),
  /** Folder of the program: checks by command run there. */
  cwd: z.string(),
  /** Volumes it may write to, by name. */
  volumes: z.array(z.string()).default([]),
  /** Names the run: its folder below `runs`. */
  run: z.string().regex(/^[a-z0-9-]{1,64}$/),
  /** Folders of the group in which the kernel keeps its processes; empty where it does not. */
  cgroup: z.array(z.string()).default([]),
  /** Why there was nothing to start; null when there was. */
  failure: z.object({ message: z.string(), at: z.coerce.date() }).nullable(),
  former: Former.nullable(),
})
export type State = z.infer<typeof State>

/** The run that a state of the first version speaks of. */
export const FORMER_RUN = 'former'

const FirstVersion = Asked.extend({ version: z.literal(1), ...Former.shape }).transform(({ version: _version, stopping, health, healthMessage, wasHealthy, host, exit, ...asked }): State => ({
  ...asked,
  version: 2,
  role: 'service',
  part: '0',
  cwd: '/',
  volumes: [],
  run: FORMER_RUN,
  cgroup: [],
  failure: null,
  former: { stopping, health, healthMessage, wasHealthy, host, exit },
}))

const Stored = z.union([State, FirstVersion])

export type StoredState = { kind: 'state'; state: State } | { kind: 'absent' } | { kind: 'corrupt'; cause: unknown }

export function readState(folder: RunFolder): StoredState {
  let text: string
  try {
    text = readFileSync(folder.state, 'utf8')
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? { kind: 'absent' } : { kind: 'corrupt', cause }
  }
  try {
    return { kind: 'state', state: Stored.parse(JSON.parse(text)) }
  } catch (cause) {
    return { kind: 'corrupt', cause }
  }
}

/** The state, or null when there is none that can be used. */
export function usableState(folder: RunFolder): State | null {
  const stored = readState(folder)
  return stored.kind === 'state' ? stored.state : null
}

export function writeState(folder: RunFolder, state: State): void {
  writeAtomically(folder.state, `${JSON.stringify(state, null, 2)}\n`)
}
