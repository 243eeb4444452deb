import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { build, type Plugin } from 'esbuild'

// The platform's programs as processes of their own, as a supervisor would run them, but killed and started by a test.

const ROOT = process.cwd()
/** Where the bundles for tests lie. Below the repository, so that packages are found. */
export const PROGRAMS = join(ROOT, 'dist', 'test')

// The worker is the product's own, entry and all; only what it hands to `startWorker` is armed on the way.
const armWorker: Plugin = {
  name: 'arm-worker',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\/worker$/ }, ({ importer }) => (importer === join(ROOT, 'lib/worker/entry.ts') ? { path: join(ROOT, 'test/fault/armed-worker.ts') } : null)),
}

/** The same programs as they are. */
export const PLAIN_PROGRAMS = join(PROGRAMS, 'plain')

/** Bundles what the tests start: the worker with its points armed, the file server it starts for static sites. */
export async function bundlePrograms(): Promise<void> {
  await bundle(PROGRAMS, [armWorker])
}

/** Bundles the programs of the product as they are: worker, ingress, file server. */
export async function bundlePlainPrograms(): Promise<void> {
  await bundle(PLAIN_PROGRAMS, [])
}

/** Bundles the programs that images are given, and answers their folder. */
export async function bundleImageTools(folder = PROGRAMS): Promise<string> {
  const outdir = join(folder, 'image-tools')
  const entryPoints = [
    { in: 'lib/provisioning/build/image/tools/run.ts', out: 'run' },
    { in: 'lib/provisioning/runtime/process/image-server.ts', out: 'serve' },
  ]
  await build({ absWorkingDir: ROOT, entryPoints, outdir, outExtension: { '.js': '.mjs' }, bundle: true, minify: true, platform: 'node', format: 'esm', target: 'node18', logLevel: 'warning' })
  return outdir
}

/** Bundles the program that databases are, and answers its path. */
export async function bundleDatabaseServer(): Promise<string> {
  const outfile = join(PROGRAMS, 'database', 'database-server.mjs')
  await build({ absWorkingDir: ROOT, entryPoints: ['lib/provisioning/database/server-entry.ts'], outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' })
  return outfile
}

/** Bundles what gives an instance another key, and answers its path. */
export async function bundleKeyRotation(): Promise<string> {
  const outfile = join(PROGRAMS, 'rotate-key', 'rotate-key.mjs')
  await build({ absWorkingDir: ROOT, entryPoints: ['lib/supervisor/rotate-key/rotate-key.ts'], outfile, bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', logLevel: 'warning' })
  return outfile
}

async function bundle(outdir: string, plugins: Plugin[]): Promise<void> {
  await bundleImageTools(outdir)
  await build({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: 'lib/worker/entry.ts', out: 'worker' },
      { in: 'lib/provisioning/ingress/embedded/entry.ts', out: 'ingress' },
      { in: 'lib/provisioning/runtime/process/static-server.ts', out: 'static-server' },
      { in: 'lib/provisioning/database/server-entry.ts', out: 'database-server' },
      { in: 'lib/provisioning/database/probe-entry.ts', out: 'database-probe' },
    ],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    loader: { '.sh': 'text' },
    logLevel: 'warning',
    plugins,
  })
}

export type Program = {
  pid: number
  /** Resolves when it has said that it is ready; rejects with its last lines when it ends before. */
  ready: Promise<void>
  send(message: object): void
  onMessage(listener: (message: Record<string, unknown>) => void): void
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** Asks it to end, and to end what it runs; resolves when it is gone. */
  stop(): Promise<void>
  isAlive(): boolean
}

export type ProgramSpec = { file: string; env: Record<string, string>; logFile: string; /** It has ended, and nobody had asked it to. */ onFall?: (how: string) => void }

/** Starts a program. Its output goes to a file. */
export function startProgram({ file, env, logFile, onFall }: ProgramSpec): Program {
  const log = openSync(logFile, 'a')
  const child = spawn(process.execPath, ['--enable-source-maps', '--max-semi-space-size=4', file], { cwd: ROOT, env: { PATH: process.env.PATH ?? '/usr/bin:/bin', ...env } as unknown as NodeJS.ProcessEnv, detached: true, stdio: ['ignore', log, log, 'ipc'] })
  closeSync(log)
  let isAsked = false
  const gone = new Promise<void>((resolve) =>
    child.once('exit', (code, signal) => {
      if (!isAsked) onFall?.(String(signal ?? code))
      resolve()
    }),
  )
  const isAlive = () => child.exitCode === null && child.signalCode === null
  return {
    pid: child.pid!,
    ready: whenReady(child, logFile),
    send: (message) => void (child.connected && child.send(message, () => {})),
    onMessage: (listener) => void child.on('message', (message) => listener(message as Record<string, unknown>)),
    async kill() {
      isAsked = true
      child.kill('SIGKILL')
      if (isAlive()) await gone
    },
    async stop() {
      isAsked = true
      if (!isAlive()) return
      if (child.connected) child.send({ type: 'shutdown', workloads: 'stop' }, () => {})
      const firm = setTimeout(() => child.kill('SIGKILL'), 20_000)
      await gone
      clearTimeout(firm)
    },
    isAlive,
  }
}

function whenReady(child: ChildProcess, logFile: string): Promise<void> {
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: { type?: string }) => void (message.type === 'ready' && resolve()))
    child.once('error', reject)
    child.once('exit', (code, signal) => reject(new Error(`A program ended (${signal ?? code}) before it was ready. Its log ends:\n${lastLines(logFile, 10)}`)))
  })
  ready.catch(() => undefined)
  return ready
}

/** The end of a log, for the message of a failed test. */
export function lastLines(file: string, count: number): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n')
}

/** What the logs say about the request that an error of the platform's names, for the message of a failed test. */
export function linesAbout(error: unknown, files: readonly string[]): string {
  const request = /req_[0-9a-z]+/.exec(String(error))?.[0]
  if (!request) return ''
  return files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter((line) => line.includes(request))).join('\n')
}
