import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { config, inheritedEnvironment, isLoopback, type Config } from '../config'
import { log } from '../log'
import { leaveCaddy } from '../provisioning/ingress/caddy/leave-caddy'
import { dataPaths } from '../provisioning/paths'
import { claimDemoFolder, isDemoFolder } from '../demo/folder'
import { DEMO_OWNER, DEMO_PASSWORD } from '../demo/sign-in'
import { keepRunning, type Child } from './child'
import { fillDemo } from './fill-demo'
import { migrate } from './migrate'
import { startServer, type EmbeddedServer } from './postgres/server'
import { checkDataDir, checkPort, claimDataDir } from './preflight'
import { loadSecrets, type InstanceSecrets } from './secrets'

// The process behind `npm start`: starts the database, then ingress, worker and web, and stops them in the opposite
// order. Each of them ends by itself when this process is killed; the database stays and is adopted by the next start.

type Run = { root: string; isDev: boolean; /** Filled with what is invented; nothing is driven. */ isDemo?: boolean }

const DEMO_WORDS = `This is a demo: what it shows is invented, nothing runs, and it begins anew at each start.\nSign in as ${DEMO_OWNER.email} with the password ${DEMO_PASSWORD}.\n`

const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Runs Easel until it is told to stop. Returns the exit code. */
export async function supervise(run: Run): Promise<number> {
  const undo: (() => Promise<void>)[] = []
  const stopAll = async () => {
    for (const step of undo.splice(0).reverse()) await step().catch((error: Error) => say(error.message))
  }
  const asked = whenAskedToStop()
  try {
    // Asked to stop while starting: what is begun is finished first, so that everything begun is also stopped.
    await startAll(run, undo)
    say(`\nEasel is ready: ${config.publicUrl}\n`)
    if (run.isDemo) say(DEMO_WORDS)
    await asked
    say('\nStopping …')
    await stopAll()
    say('Stopped. Everything is kept; `npm start` goes on from here.')
    return 0
  } catch (error) {
    await stopAll()
    process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  }
}

async function startAll(run: Run, undo: (() => Promise<void>)[]): Promise<void> {
  const began = Date.now()
  await checkDataDir(config)
  await checkKind(config, run)
  undo.push(await claimDataDir(config.dataDir))
  await checkPort(config.host, config.port, 'PORT')
  // One that stands before it no longer would keep them.
  if (!config.ingress.caddy) await leaveCaddy({ toldFile: dataPaths(config.dataDir).caddyTold, log, but: null })
  // A Caddy that stands before the ingress may have its ports already.
  if (config.ingress.caddy) await checkPort('127.0.0.1', config.ingress.caddy.doorPort, 'EASEL_CADDY_DOOR_PORT')
  else await checkPort(config.ingress.host, config.ingress.port, 'EASEL_INGRESS_PORT')
  if (config.ingress.httpsPort !== null && !config.ingress.caddy) await checkPort(config.ingress.host, config.ingress.httpsPort, 'EASEL_INGRESS_HTTPS_PORT')
  const logs = join(config.dataDir, 'logs')
  await mkdir(logs, { recursive: true, mode: 0o700 })

  const paths = dataPaths(config.dataDir)
  const hasDatabase = await stat(join(paths.postgres, 'PG_VERSION')).then(() => true, () => false)
  const secrets = await loadSecrets(paths.secrets, hasDatabase)
  const databaseUrl = config.databaseUrl ?? (await startDatabase(paths.postgres, logs, secrets, hasDatabase, undo))
  await migrateOrExplain(databaseUrl, run.root, config.databaseUrl !== undefined)

  const start = (name: string, nodeFlags: string[]): Child =>
    keepRunning({ name, program: join(run.root, 'dist', `${name}.mjs`), cwd: run.root, env: childEnvironment(name, databaseUrl, secrets, config, run), logFile: join(logs, `${name}.log`), nodeFlags }, say)
  const onExit = config.onExit
  // Stopped in reverse: web, receiver, worker (with its services, unless they are to go on), ingress.
  // A demo has neither ingress nor worker: what is drawn in it stays as it was drawn.
  const ingress = run.isDemo ? null : start('ingress', ['--max-semi-space-size=8'])
  if (ingress) undo.push(() => ingress.stop({ type: 'shutdown' }, 15_000))
  const worker = run.isDemo ? null : start('worker', ['--max-semi-space-size=4'])
  if (worker) undo.push(() => worker.stop({ type: 'shutdown', workloads: onExit }, 45_000))
  const receiver = run.isDemo || !config.otlp.isOn ? null : start('receiver', ['--max-semi-space-size=4', '--max-old-space-size=512'])
  if (receiver) undo.push(() => receiver.stop({ type: 'shutdown' }, 8_000))
  if (run.isDemo) {
    say('Drawing the demo …')
    await fillDemo({ program: join(run.root, 'dist', 'demo.mjs'), cwd: run.root, env: childEnvironment('demo', databaseUrl, secrets, config, run) })
  }
  const web = start('web', ['--max-semi-space-size=4'])
  undo.push(() => web.stop({ type: 'shutdown' }, 8_000))
  const [, notes = []] = await Promise.all([ingress?.ready, worker?.ready, web.ready, receiver?.ready])
  say(`Started in ${((Date.now() - began) / 1000).toFixed(1)} s.`)
  for (const note of [...notes, ...aboutPorts(config)]) say(note)
}

/** A service would now and then find its port held by a connection of another program. */
function aboutPorts({ workloadPorts: { first, last, avoid } }: Config): string[] {
  if (avoid === null || first < avoid.first || last > avoid.last) return []
  return [`This system gives the ports from ${avoid.first} to ${avoid.last} to passing connections, so those of EASEL_WORKLOAD_PORTS (${first}-${last}) may be taken now and then. A range outside is better.`]
}

/** Keeps invented states out of every installation, and every installation out of the folder of a demo. */
async function checkKind(settings: Config, run: Run): Promise<void> {
  if (!run.isDemo) {
    if (await isDemoFolder(settings.dataDir)) throw new Error(`The folder ${settings.dataDir} was made by a demo: what it holds is invented. Start it with \`npm run demo\`, or choose another folder with EASEL_DATA_DIR.`)
    return
  }
  if (settings.databaseUrl !== undefined) throw new Error('A demo has a database of its own and empties it at each start. Leave DATABASE_URL out.')
  if (!isLoopback(settings.host)) throw new Error('A demo answers on this machine only, because everybody knows its password. Leave EASEL_HOST out.')
  await claimDemoFolder(settings.dataDir)
}

async function startDatabase(directory: string, logs: string, secrets: InstanceSecrets, hasDatabase: boolean, undo: (() => Promise<void>)[]): Promise<string> {
  say(hasDatabase ? 'Starting the database …' : 'Setting up the database …')
  const server: EmbeddedServer = await startServer({ directory, logFile: join(logs, 'postgres.log'), password: secrets.postgresPassword, database: 'easel' })
  undo.push(() => server.stop())
  return server.url
}

async function migrateOrExplain(url: string, root: string, isOwn: boolean): Promise<void> {
  try {
    await migrate(url, root)
  } catch (cause) {
    const why = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause)
    if (isOwn) throw new Error(`The PostgreSQL of DATABASE_URL cannot be used: ${why}. Check the address, and that its user may create tables and schemas.`, { cause })
    throw new Error(`The database could not be brought to this version: ${why}. Nothing was changed.`, { cause })
  }
}

/** What a program of the control plane is given: the operator's environment, and what only this instance knows. */
function childEnvironment(name: string, databaseUrl: string, secrets: InstanceSecrets, settings: Config, run: Run): Record<string, string> {
  return {
    ...inheritedEnvironment(),
    NODE_ENV: run.isDev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    // Which Node its next versions will want is for who keeps Easel, not for who runs it.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    EASEL_PROCESS: name,
    EASEL_DEMO: String(run.isDemo ?? false),
    EASEL_DATA_DIR: settings.dataDir,
    EASEL_PUBLIC_URL: settings.publicUrl,
    PORT: String(settings.port),
    DATABASE_URL: databaseUrl,
    EASEL_SESSION_KEY: settings.sessionKey ?? secrets.sessionKey,
    EASEL_ENCRYPTION_KEY: settings.encryptionKey ?? secrets.encryptionKey,
    NEXTAUTH_URL: settings.publicUrl,
  }
}

function whenAskedToStop(): Promise<'asked'> {
  return new Promise((resolve) => {
    let times = 0
    const ask = () => {
      times++
      if (times === 1) resolve('asked')
      else if (times === 2) say('Still stopping; once more ends it at once.')
      else process.exit(130)
    }
    process.on('SIGINT', ask)
    process.on('SIGTERM', ask)
    process.on('SIGHUP', ask)
  })
}

