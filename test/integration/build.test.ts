import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import type { Recipe } from '../../lib/contract/recipe'
import { expandWords } from '../../lib/domain/command-line'
import { DeploymentFailure } from '../../lib/domain/failure'
import { buildEnvironment } from '../../lib/provisioning/build/execute/build-environment'
import { restoreCaches, saveCaches } from '../../lib/provisioning/build/execute/caches'
import { executeCommands } from '../../lib/provisioning/build/execute-recipe'
import { packageArtifact } from '../../lib/provisioning/build/package-artifact'
import { planRecipe } from '../../lib/provisioning/build/plan-recipe'
import { readSourceTree } from '../../lib/provisioning/build/source-tree'
import { fetchSource } from '../../lib/provisioning/source/fetch-source'

const APPS = new URL('../apps/', import.meta.url).pathname
const TEMPLATES = new URL('../../templates', import.meta.url).pathname
const NONE = { installCommand: null, buildCommand: null, startCommand: null, outputDirectory: null }

let room: string
let directory: string
let cacheDirectory: string
let artifactDirectory: string
let lines: string[]
beforeAll(() => void (room = mkdtempSync(join(tmpdir(), 'easel-build-'))))
afterAll(() => rmSync(room, { recursive: true, force: true }))
beforeEach(({ task }) => {
  directory = join(room, task.id, 'source')
  cacheDirectory = join(room, task.id, 'cache')
  artifactDirectory = join(room, task.id, 'artifact')
  lines = []
  mkdirSync(directory, { recursive: true })
})

const onLine = (_: string, text: string) => void lines.push(text)
const environment = (variables: Record<string, string> = {}) => buildEnvironment({ variables, packageManager: 'npm', cacheDirectory, homeDirectory: join(cacheDirectory, 'home') })

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
}

/** Files for the output of a command; its lines are taken when it has ended. */
function capture() {
  const files = { stdout: join(room, 'stdout'), stderr: join(room, 'stderr') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  return { ...files, close: () => lines.push(...Object.values(files).flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean))) }
}

const common = () => ({ directory, cwd: directory, env: environment(), say: (text: string) => void lines.push(text), capture, signal: new AbortController().signal, timeoutMs: 60_000, bounds: {}, memory: { limitMib: 4096, isKept: false } })

function run(argv: string[], options: Partial<Parameters<typeof executeCommands>[0]> = {}) {
  return executeCommands({ ...common(), commands: [{ argv, env: {} }], failure: 'build_failed', ...options })
}

async function build(overrides: Partial<typeof NONE & Record<string, string>> = {}) {
  const recipe = planRecipe(await readSourceTree(directory, ''), { ...NONE, ...overrides }, '')
  await executeCommands({ ...common(), commands: recipe.install, failure: 'install_failed' })
  await executeCommands({ ...common(), commands: recipe.build, failure: 'build_failed' })
  return packageArtifact({ directory, recipe, artifactDirectory })
}

async function fetchInto(source: Parameters<typeof fetchSource>[0]['source']) {
  await fetchSource({ source, ref: null, directory, localSources: true, sshPrivateKey: null, repositoriesDirectory: join(room, 'repositories'), templatesDirectory: TEMPLATES, onLine, signal: new AbortController().signal })
}

async function failure(promise: Promise<unknown>): Promise<DeploymentFailure> {
  const error = await promise.then(() => null, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DeploymentFailure)
  return error as DeploymentFailure
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** Starts an artifact as the runtime would, and gives what GET `path` answers. */
async function answer(start: Recipe['start'], path: string): Promise<string> {
  if (start.kind !== 'command') throw new Error('not a command')
  const env = { PATH: process.env.PATH ?? '', ...start.env, PORT: String(await freePort()) }
  const [program, ...args] = expandWords(start.argv, env)
  const child = spawn(program!, args, { cwd: artifactDirectory, env: env as unknown as NodeJS.ProcessEnv, stdio: 'pipe' })
  try {
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error('it ended')))])
    return await (await fetch(`http://127.0.0.1:${env.PORT}${path}`)).text()
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
}

describe('an app is built and runs', () => {
  it.each(['node-service', 'two-services/api', 'two-services/web'])('from the template %s', async (template) => {
    await fetchInto({ type: 'template', template })
    const packaged = await build()
    expect(packaged.workingDirectory).toBe('')
    expect(packaged.sizeBytes).toBeGreaterThan(0)
    expect(JSON.parse(await answer(packaged.start, '/health'))).toMatchObject({ ok: true })
    expect(existsSync(directory)).toBe(false)
  })

  it('with a build script that runs through npm', async () => {
    write({
      'package.json': JSON.stringify({ type: 'module', main: 'dist/server.js', scripts: { build: 'node build.js && echo built' } }),
      'build.js': `import { cpSync } from 'node:fs'\ncpSync('server.js', 'dist/server.js')\nconsole.log(process.env.NODE_ENV)`,
      'server.js': `import { createServer } from 'node:http'\ncreateServer((_, r) => r.end('made')).listen(process.env.PORT, () => console.log('up'))`,
    })
    const packaged = await build()
    expect(lines).toContain('built')
    expect(lines).toContain('production')
    expect(packaged.start).toMatchObject({ argv: ['node', 'dist/server.js'] })
    expect(await answer(packaged.start, '/')).toBe('made')
  })

  it('as files, without what is private', async () => {
    await fetchInto({ type: 'local', path: join(APPS, 'static-index') })
    writeFileSync(join(directory, '.env'), 'SECRET=1')
    const packaged = await build()
    expect(packaged.start).toEqual({ kind: 'files', directory: '', fallback: null })
    expect(readdirSync(artifactDirectory).sort()).toEqual(['index.html', 'style.css'])
  })
})

describe('the environment of a build', () => {
  it('holds nothing of the platform', async () => {
    process.env.EASEL_PLANTED = 'leak'
    await run(['node', '-p', 'JSON.stringify(process.env)'], { env: environment({ GREETING: 'hello' }) })
    delete process.env.EASEL_PLANTED
    const seen = JSON.parse(lines.find((line) => line.startsWith('{'))!) as Record<string, string>
    expect(seen.EASEL_PLANTED).toBeUndefined()
    expect(Object.keys(seen).filter((key) => /^(EASEL_|DATABASE_URL|npm_lifecycle|VITEST)/.test(key))).toEqual([])
    expect(seen).toMatchObject({ GREETING: 'hello', CI: 'true', HOME: join(cacheDirectory, 'home') })
    expect(seen.PATH!.split(':').filter((folder) => folder.includes('node_modules') && !folder.startsWith(directory))).toEqual([])
  })
})

describe('a command that fails', () => {
  it('is quoted with its code and its last word', async () => {
    const failed = await failure(run(['node', '-e', 'console.log("compiling"); console.error("Error: no widget"); process.exit(3)']))
    expect(failed.reason).toBe('build_failed')
    expect(failed.message).toMatch(/ended with code 3\. Error: no widget$/)
  })

  it('has secrets masked in what is said and in the failure', async () => {
    const failed = await failure(run(['node', '-e', 'console.error("Error: hunter2 is wrong"); process.exit(1)', 'hunter2'], { capture: () => ({ ...capture(), close: () => {} }), mask: (text) => text.replaceAll('hunter2', '[secret]') }))
    expect(failed.message).toContain('[secret] is wrong')
    expect([failed.message, ...lines].join()).not.toContain('hunter2')
  })

  it('is ended when it takes too long', async () => {
    expect((await failure(run(['node', '-e', 'setInterval(() => {}, 1000)'], { timeoutMs: 300 }))).reason).toBe('build_timeout')
  })

  it('is said when there is no such program', async () => {
    expect((await failure(run(['no-such-program-here']))).reason).toBe('command_not_found')
  })

  it('is no failure when it was cancelled', async () => {
    const controller = new AbortController()
    const reason = new Error('cancelled')
    const running = run(['node', '-e', 'console.log("up"); setInterval(() => {}, 1000)'], { signal: controller.signal })
    const seen = watch(join(room, 'stdout'), () => readFileSync(join(room, 'stdout'), 'utf8') === 'up\n' && controller.abort(reason))
    await expect(running).rejects.toBe(reason)
    seen.close()
  })

  it('takes shell text in a name as a word', async () => {
    await run(['node', '-p', 'process.argv[1]', '; touch pwned; $(touch pwned)'])
    expect(lines).toContain('; touch pwned; $(touch pwned)')
    expect(existsSync(join(directory, 'pwned'))).toBe(false)
  })
})

describe('caches between builds', () => {
  const caches = () => ({ cwd: directory, cacheDirectory, cacheDirectories: ['.next/cache', 'node_modules/.cache'], onLine })

  it('come back in the next build of the service', async () => {
    write({ '.next/cache/a': 'kept', '.next/server.js': 'stays' })
    await saveCaches(caches())
    expect(readdirSync(join(directory, '.next'))).toEqual(['server.js'])
    await restoreCaches(caches())
    expect(readFileSync(join(directory, '.next/cache/a'), 'utf8')).toBe('kept')
  })

  it('never fail a build: not when damaged, not when a link leads out', async () => {
    write({ '.next/cache/a': 'kept' })
    await saveCaches(caches())
    rmSync(join(directory, '.next'), { recursive: true })
    symlinkSync(tmpdir(), join(directory, '.next'))
    await restoreCaches(caches())
    expect(existsSync(join(tmpdir(), 'cache', 'a'))).toBe(false)
    writeFileSync(join(cacheDirectory, 'frameworks-file'), '')
    await restoreCaches({ ...caches(), cacheDirectory: join(cacheDirectory, 'frameworks-file') })
  })
})

describe('packaging', () => {
  it('finds its own work when it is repeated after a crash', async () => {
    write({ 'index.html': 'hello' })
    const recipe = planRecipe(await readSourceTree(directory, ''), NONE, '')
    const first = await packageArtifact({ directory, recipe, artifactDirectory })
    expect(await packageArtifact({ directory, recipe, artifactDirectory })).toEqual(first)
  })

  it('says what there is when the output is missing', async () => {
    write({ 'index.html': 'hello', 'public/a': '' })
    const failed = await failure(build({ outputDirectory: 'dist' } as never))
    expect(failed.reason).toBe('output_missing')
    expect(failed.message).toBe('The build did not make dist. Folders found: public.')
  })

  it('says when the file that starts was not made', async () => {
    write({ 'package.json': JSON.stringify({ scripts: { start: 'node dist/server.js' } }) })
    expect((await failure(build())).message).toContain('there is no dist/server.js')
  })

  it('takes no link that leads out of the source', async () => {
    write({ 'dist/index.html': 'hello', 'shared/logo.svg': '<svg/>' })
    symlinkSync('/etc/passwd', join(directory, 'dist', 'passwd'))
    symlinkSync('../shared/logo.svg', join(directory, 'dist', 'logo.svg'))
    await build({ outputDirectory: 'dist' } as never)
    expect(readdirSync(artifactDirectory).sort()).toEqual(['index.html', 'logo.svg'])
    expect(readFileSync(join(artifactDirectory, 'logo.svg'), 'utf8')).toBe('<svg/>')
  })

  it('starts a program of a dependency by its path', async () => {
    write({ 'package.json': JSON.stringify({ dependencies: { serve: '1.0.0' }, scripts: { start: 'serve -l 3000' } }), 'node_modules/.bin/serve': '#!/bin/sh\n' })
    const recipe = planRecipe(await readSourceTree(directory, ''), NONE, '')
    const { start } = await packageArtifact({ directory, recipe, artifactDirectory })
    expect(start).toMatchObject({ argv: ['./node_modules/.bin/serve', '-l', '$PORT'] })
  })
})
