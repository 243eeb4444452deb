import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { chown, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

import postgres from 'postgres'

import { findBinaries, type Binaries } from './binaries'
import { placeCluster, REACHABLE_HOME } from './place'
import { findRunAs, type RunAs } from './run-as'

// The embedded database. It runs in a process group of its own, so that Ctrl-C in a terminal reaches the supervisor
// only, which stops it last. A server that outlived a killed supervisor is adopted: postmaster.pid says its pid and port.

export type EmbeddedServer = { url: string; port: number; stop(): Promise<void> }

export type ServerOptions = {
  /** Folder of the cluster; made when absent. */
  directory: string
  /** File for the server's own log. */
  logFile: string
  password: string
  /** Database to create when absent. */
  database: string
  /** Extra settings, as `name=value`. */
  settings?: string[]
}

const USER = 'easel'
const WATCH_MS = 1_000

// Sized for a control plane on a small machine; everything that would weaken durability stays at its default.
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=80',
  'shared_buffers=32MB',
  'max_wal_size=256MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'io_method=sync',
  'jit=off',
  'max_parallel_workers=2',
  'max_worker_processes=4',
  'autovacuum_max_workers=2',
  'log_timezone=UTC',
  'timezone=UTC',
]

/** Starts or adopts the server and makes sure the database exists. Throws an Error with a sentence when it cannot. */
export async function startServer(options: ServerOptions): Promise<EmbeddedServer> {
  const runAs = await findRunAs()
  if (runAs) await mkdir(REACHABLE_HOME, { recursive: true, mode: 0o755 })
  const directory = await placeCluster(options.directory, runAs)
  const running = await findRunning(directory)
  let live = running ?? (await start(directory, runAs, options, await freePort()))
  const url = (database: string) => `postgres://${USER}:${options.password}@127.0.0.1:${live.port}/${database}`
  try {
    await waitUntilReady(url('postgres'), live.pid, options.logFile)
    await ensureDatabase(url('postgres'), options.database)
  } catch (error) {
    if (!running) await stop(live.pid)
    throw error
  }
  const unwatch = watch(async () => {
    // On the same port: that is where everybody looks for it.
    if (!isAlive(live.pid)) live = await start(directory, runAs, options, live.port)
  })
  const end = async () => {
    await unwatch()
    await stop(live.pid)
  }
  return { url: url(options.database), port: live.port, stop: end }
}

/** Looks every now and then whether the server is there. Ends with the look at work; a failed look is followed by the next. */
function watch(look: () => Promise<void>): () => Promise<void> {
  let looking: Promise<void> | null = null
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: Error) => void process.stderr.write(`The embedded PostgreSQL could not be started again: ${error.message}\n`))
      .finally(() => (looking = null))
  }, WATCH_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}

async function start(directory: string, runAs: RunAs | null, options: ServerOptions, port: number): Promise<{ pid: number; port: number }> {
  const binaries = await findBinaries(runAs, REACHABLE_HOME)
  if (!(await exists(join(directory, 'PG_VERSION')))) await initialise(binaries, directory, runAs, options)
  await rm(join(directory, 'postmaster.pid'), { force: true })
  const settings = [...SETTINGS, ...(options.settings ?? []), `port=${port}`].flatMap((setting) => ['-c', setting])
  const log = openSync(options.logFile, 'a', 0o600)
  const child = spawn(binaries.postgres, ['-D', directory, ...settings], { ...idsOf(runAs), cwd: directory, env: PLAIN_ENV, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  child.unref()
  return { pid: child.pid!, port }
}

const PLAIN_ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as unknown as NodeJS.ProcessEnv

async function initialise(binaries: Binaries, directory: string, runAs: RunAs | null, options: ServerOptions): Promise<void> {
  // A cluster without PG_VERSION is what a killed initdb left.
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true, force: true })
  const passwordFile = `${directory}.password`
  await writeFile(passwordFile, options.password, { mode: 0o600 })
  if (runAs) await chown(passwordFile, runAs.uid, runAs.gid)
  const args = ['-D', directory, '-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions']
  try {
    const child = spawn(binaries.initdb, args, { ...idsOf(runAs), cwd: directory, env: PLAIN_ENV, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    if (code !== 0) throw new Error(`The embedded PostgreSQL could not set up ${directory}: ${output.trim().split('\n').at(-1) ?? 'no output'}`)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

function idsOf(runAs: RunAs | null): { uid?: number; gid?: number } {
  return runAs ? { uid: runAs.uid, gid: runAs.gid } : {}
}

/** A server of this cluster that is alive: postmaster.pid holds the pid in line 1 and the port in line 4. */
async function findRunning(directory: string): Promise<{ pid: number; port: number } | null> {
  const lines = (await readFile(join(directory, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isInteger(pid) || pid <= 1 || !Number.isInteger(port) || port <= 0 || !isAlive(pid)) return null
  return (await isServerOf(directory, pid)) ? { pid, port } : null
}

/** A pid can belong to something else after a reboot; on Linux its working folder tells, or, where that may not be read, its name. */
async function isServerOf(directory: string, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const workingDirectory = await stat(`/proc/${pid}/cwd`).catch(() => null)
  if (workingDirectory === null) return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).includes('postgres')
  const cluster = await stat(directory)
  return workingDirectory.ino === cluster.ino && workingDirectory.dev === cluster.dev
}

async function waitUntilReady(url: string, pid: number, logFile: string): Promise<void> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
    const failure = await sql`select 1`.then(() => null, (error: Error) => error)
    await sql.end({ timeout: 1 })
    if (failure === null) return
    if ((failure as { code?: string }).code === '28P01') throw new Error('The database refuses the password in the secrets folder. Restore secrets/postgres-password, or move the postgres folder away to start empty.')
    if (!isAlive(pid) || performance.now() > deadline) {
      const tail = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n').slice(-3).join('\n')
      throw new Error(`The embedded PostgreSQL did not start. Its log (${logFile}) ends:\n${tail}`, { cause: failure })
    }
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
}

async function ensureDatabase(url: string, database: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const found = await sql`select 1 from pg_database where datname = ${database}`
    if (found.length === 0) await sql`create database ${sql(database)}`
  } finally {
    await sql.end({ timeout: 5 })
  }
}

/** Fast shutdown (SIGINT): open transactions are rolled back, everything committed is on disk. */
async function stop(pid: number): Promise<void> {
  if (!isAlive(pid)) return
  process.kill(pid, 'SIGINT')
  const deadline = performance.now() + 30_000
  while (isAlive(pid) && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 30))
  if (isAlive(pid)) process.kill(pid, 'SIGQUIT')
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

/** Ended, but not yet collected: an adopted server belongs to process 1, which in a container may take long, or never do it. */
function isZombie(pid: number): boolean {
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false)
}
