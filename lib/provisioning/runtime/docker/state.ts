import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { z } from 'zod'

import { AppError } from '../../../errors'
import type { Workload } from '../driver'
import { writeAtomically } from '../record/write-atomically'

// What the engine cannot keep of a workload: the newest generation of what runs, how often it was started, that its end was
// ours. Written only by whoever holds the workload's lock; the engine says the rest. No variables are in it: they are secret.

const Check = z.object({
  kind: z.enum(['auto', 'http', 'tcp', 'command']),
  path: z.string(),
  argv: z.array(z.string()),
  intervalMs: z.number().positive(),
  timeoutMs: z.number().positive(),
  failures: z.number().int().positive(),
  successes: z.number().int().positive(),
})

const State = z.object({
  version: z.literal(1),
  name: z.string(),
  environmentId: z.string(),
  serviceId: z.string(),
  deploymentId: z.string(),
  role: z.enum(['service', 'job']),
  part: z.string(),
  generation: z.number().int(),
  port: z.number().int().nullable(),
  check: Check.nullable(),
  names: z.array(z.string()),
  reaches: z.union([z.literal('all'), z.array(z.string())]),
  /** The container that was started last, or is about to be; null until there is one. */
  container: z.string().nullable(),
  /** Whether that container was asked to end by us. */
  stopping: z.boolean(),
  /** The run of a job of which nobody can tell any more how it ended. */
  lost: z.boolean(),
  /** Why there is no container of the last start; null when there is, or nobody knows. */
  complaint: z.string().nullable().default(null),
  startedAt: z.coerce.date(),
  restarts: z.number().int().nonnegative(),
})
export type State = z.infer<typeof State>

/** All that one workload has on the disk of the platform. */
export type RunFolder = { path: string; state: string; stdout: string; stderr: string; output: string; health: string; ended: string; /** Held by whoever starts or ends it. */ lock: string; /** Held by whoever writes its output down. */ outputLock: string }

const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/

/** Where a workload of this name lies. Refuses a name that could lead out of the folder. */
export function runFolder(root: string, name: string): RunFolder {
  if (!NAME.test(name)) throw new AppError('invalid_input', `"${name}" cannot be the name of a workload.`)
  const path = join(resolve(root), name)
  const locks = join(resolve(root), '.locks')
  return {
    path,
    state: join(path, 'state.json'),
    stdout: join(path, 'stdout.log'),
    stderr: join(path, 'stderr.log'),
    output: join(path, 'output.json'),
    health: join(path, 'health.json'),
    ended: join(path, 'ended'),
    lock: join(locks, name),
    outputLock: join(locks, 'output', name),
  }
}

/** The state, or null when there is none that can be used. */
export function readState(folder: RunFolder): State | null {
  try {
    return State.parse(JSON.parse(readFileSync(folder.state, 'utf8')))
  } catch {
    // None, or cut short by a crash of the machine: the labels of the container say as much as is needed to go on.
    return null
  }
}

export function writeState(folder: RunFolder, state: State): void {
  mkdirSync(folder.path, { recursive: true, mode: 0o700 })
  writeAtomically(folder.state, `${JSON.stringify(state, null, 2)}\n`)
}

/** Names of everything that has a folder. */
export function storedNames(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && NAME.test(entry.name))
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** What a workload asks for, as it is remembered before it is started. */
export function intended(workload: Workload, before: State | null): State {
  const { name, environmentId, serviceId, deploymentId, role, part, generation, port, names, reaches } = workload
  const restarts = before === null ? 0 : before.restarts + (before.container === null ? 0 : 1)
  return { version: 1, name, environmentId, serviceId, deploymentId, role, part, generation, port, check: workload.health, names, reaches, container: null, stopping: false, lost: false, complaint: null, startedAt: new Date(), restarts }
}
