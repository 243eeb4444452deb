import { readFileSync } from 'node:fs'

import { z } from 'zod'

import type { RunFolder } from './run-folder'
import { writeAtomically } from './write-atomically'

// What is remembered of a workload between two looks and two lives of the worker. The file is the only truth: nothing
// of it is kept in memory. The environment of the program is not in it, because that holds secrets.

const Identity = z.object({ pid: z.number().int().positive(), startTime: z.string().min(1) })

const State = z.object({
  version: z.literal(1),
  name: z.string(),
  environmentId: z.string(),
  serviceId: z.string(),
  deploymentId: z.string(),
  role: z.enum(['service', 'job']).default('service'),
  part: z.string().default('0'),
  generation: z.number().int(),
  port: z.number().int().nullable(),
  check: z.object({
    kind: z.enum(['auto', 'http', 'tcp', 'command']),
    path: z.string(),
    argv: z.array(z.string()).default([]),
    intervalMs: z.number().positive(),
    timeoutMs: z.number().positive(),
    failures: z.number().int().positive(),
    successes: z.number().int().positive().default(1),
  }).nullable(),
  /** Null from the moment a start is intended until it has happened, and when there was nothing to start. */
  leader: Identity.nullable(),
  startedAt: z.coerce.date(),
  restarts: z.number().int().nonnegative(),
  /** We asked it to end; written before the first signal is sent. */
  stopping: z.boolean(),
  health: z.enum(['unknown', 'healthy', 'unhealthy']),
  healthMessage: z.string().nullable(),
  /** Whether this run has been healthy; separates `starting` from `running`. */
  wasHealthy: z.boolean(),
  /** The loopback address that answered last. */
  host: z.string().nullable(),
  exit: z
    .object({ code: z.number().int().nullable(), signal: z.string().nullable(), at: z.coerce.date(), byPlatform: z.boolean() })
    .nullable(),
})
export type State = z.infer<typeof State>

export type StoredState = { kind: 'state'; state: State } | { kind: 'absent' } | { kind: 'corrupt'; cause: unknown }

export function readState(folder: RunFolder): StoredState {
  let text: string
  try {
    text = readFileSync(folder.state, 'utf8')
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? { kind: 'absent' } : { kind: 'corrupt', cause }
  }
  try {
    return { kind: 'state', state: State.parse(JSON.parse(text)) }
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

/** Changes some fields, in one step. The new state, or null when there is none to change. */
export function changeState(folder: RunFolder, change: (state: State) => Partial<State>): State | null {
  const before = usableState(folder)
  if (!before) return null
  const after = { ...before, ...change(before) }
  if (JSON.stringify(after) !== JSON.stringify(before)) writeState(folder, after)
  return after
}
