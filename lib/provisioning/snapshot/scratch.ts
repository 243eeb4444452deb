import { mkdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { databaseWords, type EngineName } from '../../domain/engine/engines'
import { AppError } from '../../errors'
import { findRunAs } from '../../supervisor/postgres/run-as'
import { SERVER_PATH } from '../database/find-program'
import { RECIPES } from '../database/recipes'
import type { Running } from '../database/copy/copy'
import { runCommand } from '../process/run-command'

// A database server for a moment, on a folder of its own: to read a snapshot in, or to see that one can be used.

const READY_MS = 120_000
const LOOK_MS = 100
const LONGEST_MS = 24 * 3_600_000
const STOP_MS = 60_000
const FIND_MS = 60_000
const LAST_LINES = 5

export type Scratch = {
  /** Bundled program that is a database; see database/server-entry. */
  program: string
  /** Folder of its volume, made when absent. */
  volume: string
  engine: EngineName
  version: string
  env: Readonly<Record<string, string>>
}

/** Does something with a server that answers, and ends it without loss. Its folder stays. */
export async function withServer<T>(scratch: Scratch, signal: AbortSignal, work: (running: Running) => Promise<T>): Promise<T> {
  const { engine, version, volume } = scratch
  const recipe = RECIPES[engine].process
  const programs = recipe && (await recipe.find({ runAs: engine === 'postgres' ? await findRunAs(recipe.user) : null, path: SERVER_PATH, signal: AbortSignal.timeout(FIND_MS) }))
  if (!programs) throw new AppError('unavailable', `${databaseWords({ engine, version })} is not installed on this machine. ${recipe?.install ?? ''}`.trim())
  await mkdir(volume, { recursive: true, mode: 0o700 })
  const port = await freePort()
  const stop = new AbortController()
  const lines: string[] = []
  const served = runCommand({
    argv: [process.execPath, scratch.program, engine, version, volume],
    cwd: volume,
    env: { ...scratch.env, PATH: SERVER_PATH, HOST: '127.0.0.1', PORT: String(port) },
    onLine: (_, text) => void (lines.push(text) > LAST_LINES && lines.shift()),
    signal: AbortSignal.any([signal, stop.signal]),
    timeoutMs: LONGEST_MS,
    graceMs: STOP_MS,
  })
  let isOver = false
  const fallen = served.then(() => {
    isOver = true
    signal.throwIfAborted()
    throw new AppError('unavailable', `${databaseWords({ engine, version })} did not start on the snapshot. ${lines.at(-1) ?? ''}`.trim())
  })
  fallen.catch(() => undefined)
  try {
    const running: Running = { data: `${volume}/data`, port, env: scratch.env, programs }
    await Promise.race([fallen, ready(running, { probe: recipe!.probe, isOver: () => isOver, signal })])
    return await Promise.race([fallen, work(running)])
  } finally {
    stop.abort()
    await served.catch(() => undefined)
  }
}

type Readiness = { probe(running: Running, signal: AbortSignal): Promise<void>; isOver(): boolean; signal: AbortSignal }

async function ready(running: Running, { probe, isOver, signal }: Readiness): Promise<void> {
  const deadline = performance.now() + READY_MS
  for (;;) {
    signal.throwIfAborted()
    const problem = await probe(running, AbortSignal.timeout(READY_MS)).then(() => null, (error: Error) => error)
    if (problem === null || isOver()) return
    if (performance.now() > deadline) throw new AppError('unavailable', `The database did not answer within ${READY_MS / 1000} s on the snapshot. ${problem.message}`)
    await sleep(LOOK_MS)
  }
}

/** A port that nobody has this moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** Removes a folder and what is in it. */
export function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}
