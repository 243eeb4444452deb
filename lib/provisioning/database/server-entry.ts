// Entry point of the process that is a database of the process runtime. It runs on import:
//
//   node dist/database-server.mjs <engine> <version> <folder of the volume>
//
// It makes the data folder in the volume when that is empty, then runs the engine's own server in the
// foreground, as an ordinary user when it was started by root, and passes on the signals that it is sent. Whatever it is
// killed in, the next start goes on from there.

import { spawn, type ChildProcess } from 'node:child_process'
import { access, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { databaseWords, ENGINES, ENGINE_NAMES, isVersion, type EngineName } from '../../domain/engine/engines'
import { findRunAs, type RunAs } from '../../supervisor/postgres/run-as'
import { SERVER_PATH } from './find-program'
import { openFolder, RESTORED } from './folder'
import { letReach, reachablePlace } from './reach'
import type { Command, Place, Step } from './recipe'
import { RECIPES } from './recipes'

const FIND_MS = 60_000
/** Set for the second start, inside of what was bound. */
const BOUND = 'EASEL_DATABASE_BOUND'
/** The code that says so. */
const CANNOT_BIND = 78

let child: ChildProcess | null = null
let stopSignal: NodeJS.Signals = 'SIGTERM'
let isStopping = false

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    isStopping = true
    if (child) child.kill(stopSignal)
    else process.exit(0)
  })
}

async function main(engine: EngineName, version: string, attached: string): Promise<number> {
  const recipe = RECIPES[engine].process
  if (!recipe) throw new Error(`${ENGINES[engine].word} does not run as a process of this machine. Use an environment on a Docker target.`)
  const place = process.env[BOUND]
  if (!attached) throw new Error('A database keeps its data in a volume, but none is attached. Attach one and deploy again.')
  const runAs = await findRunAs(recipe.user)
  if (place) await bindVolume(attached, place)
  else if (!(await letReach(attached, runAs))) return startBound(attached, recipe.user)
  const volume = place ?? attached
  const programs = await recipe.find({ runAs, path: SERVER_PATH, signal: AbortSignal.timeout(FIND_MS) })
  if (!programs) throw new Error(`${ENGINES[engine].word} is not installed on this machine. ${recipe.install}`)
  if (!isVersion(version, programs.version)) throw new Error(`This database is ${databaseWords({ engine, version })}, and this machine has ${programs.version}. Install ${version}, or use an environment on a Docker target.`)
  const at = (folder: { data: string; temporary: string }): Place => ({ ...folder, programs, port: Number(process.env.PORT), env: process.env as Record<string, string> })
  const folder = await openFolder({
    volume,
    engine,
    version: programs.version,
    runAs,
    steps: (making) => recipe.setUp(at(making)),
    carryOut: (step, data) => carryOut(step, data, runAs),
  })
  await clearStale(folder.data)
  const restored = join(folder.data, RESTORED)
  if (await access(restored).then(() => true, () => false)) {
    for (const step of recipe.afterRestore?.(at(folder)) ?? []) await carryOut(step, folder.data, runAs)
    await rm(restored)
  }
  stopSignal = recipe.stopSignal
  return run(recipe.serve(at(folder)), folder.data, runAs)
}

async function carryOut(step: Step, data: string, runAs: RunAs | null): Promise<void> {
  if ('write' in step) return writeFile(join(data, step.write), step.text)
  const code = await run(step.run, data, runAs)
  if (code !== 0) throw new Error(`${step.run.argv[0]} ended with code ${code} while it set up the database. What it said is above.`)
}

/** Runs a program to its end, as the user. The exit code as a shell would have it. */
async function run({ argv, input, env }: Command, cwd: string, runAs: RunAs | null): Promise<number> {
  if (isStopping) return 0
  const ids = runAs ? { uid: runAs.uid, gid: runAs.gid } : {}
  const own = spawn(argv[0]!, argv.slice(1), { ...ids, cwd, env: { ...plainEnvironment(), ...env }, stdio: [input === undefined ? 'ignore' : 'pipe', 'inherit', 'inherit'] })
  // It may end before it has read all.
  own.stdin?.on('error', () => {})
  own.stdin?.end(input)
  const code = await ended(own)
  if (isStopping) process.exit(code)
  return code
}

/** No variable of the database itself: servers read some of them as settings. The marks by which its processes are found stay. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const marks = Object.entries(process.env).filter(([key]) => key.startsWith('EASEL_'))
  return { ...Object.fromEntries(marks), PATH: SERVER_PATH, LC_ALL: 'C', TZ: 'UTC', HOME: '/nonexistent' } as unknown as NodeJS.ProcessEnv
}

/**
 * A server that was killed leaves its pid in the folder. PostgreSQL refuses to start as long as any process has that
 * number, which after a restart of the machine may be anybody; nothing of a server is left where nobody works in its folder.
 */
async function clearStale(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0])
  if (!pid) return
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
  if (process.platform === 'linux' && !name.startsWith('postgres')) await rm(file, { force: true })
}

/** The same again, with mounts of our own, in which the volume can be bound to a place that can be reached. */
async function startBound(volume: string, user: string): Promise<number> {
  const env = { ...process.env, [BOUND]: await reachablePlace(volume) }
  stopSignal = 'SIGTERM'
  const code = await ended(spawn('unshare', ['--mount', '--', process.execPath, ...process.argv.slice(1)], { env, stdio: 'inherit' })).catch(() => CANNOT_BIND)
  if (code !== CANNOT_BIND) return code
  throw new Error(`The user ${user} cannot reach ${volume}. Set EASEL_DATA_DIR to a folder outside the home of root, or run Easel as an ordinary user.`)
}

/** Binds the volume where this was started for. */
async function bindVolume(volume: string, place: string): Promise<void> {
  const code = await ended(spawn('mount', ['--bind', volume, place], { stdio: 'inherit' })).catch(() => -1)
  if (code !== 0) process.exit(CANNOT_BIND)
}

/** The exit code of a child as a shell would have it; signals are passed on to it. */
async function ended(own: ChildProcess): Promise<number> {
  child = own
  const code = await new Promise<number>((resolve, reject) => own.once('error', reject).once('close', (status, signal) => resolve(status ?? (signal === 'SIGKILL' ? 137 : 143))))
  child = null
  return code
}

const [name = '', version = '', folder = ''] = process.argv.slice(2)
const engine = ENGINE_NAMES.find((each) => each === name)
const served = engine ? main(engine, version, folder) : Promise.reject(new Error(`There is no engine ${name}.`))
served.then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  },
)
