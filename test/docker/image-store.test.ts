import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import type { Recipe } from '@/lib/contract/recipe'
import { DeploymentFailure } from '@/lib/domain/failure'
import { makeImageStore } from '@/lib/provisioning/build/image/docker-image-store'
import { buildNetwork } from '@/lib/provisioning/build/image/network'
import type { ImageBuild } from '@/lib/provisioning/build/image/image-store'
import { recipeDockerfile } from '@/lib/provisioning/build/image/recipe-dockerfile'
import { planRecipe } from '@/lib/provisioning/build/plan-recipe'
import { readSourceTree } from '@/lib/provisioning/build/source-tree'
import { bundleImageTools } from '../harness/programs'
import { until } from '../harness/until'
import { NODE_IMAGE, testApi, testConnection, testMark } from './engine'
import { hasRegistry, PASSWORD, startRegistry, type TestRegistry } from './registry'

const api = testApi()
const never = new AbortController().signal
const hasEngine = await api.version(AbortSignal.timeout(5_000)).then(() => true, () => false)
const store = makeImageStore(testConnection(), api)
const mark = testMark()
const NONE = { installCommand: null, buildCommand: null, startCommand: null, outputDirectory: null }
const docker = async (...args: string[]) => (await promisify(execFile)('/usr/bin/docker', args, { maxBuffer: 512 * 1024 * 1024, encoding: 'latin1' })).stdout

/** An app with a package that has to be fetched. */
const WITH_PACKAGE = {
  'package.json': JSON.stringify({ name: 'with-package', scripts: { start: 'node server.js' }, dependencies: { ms: '2.1.3' }, devDependencies: { 'is-number': '7.0.0' } }),
  'server.js': `require('node:http').createServer((_, response) => response.end(String(require('ms')('1s')))).listen(process.env.PORT, process.env.HOST)`,
}

let folder: string
let tools: string
let builds = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'easel-images-'))
  tools = await bundleImageTools()
})

afterAll(async () => {
  if (hasEngine) for (const tag of [...(await store.tags(`easel/${mark}`, never)), ...(await store.tags('127.0.0.1:', never)).filter((name) => name.includes(mark))]) await store.remove(tag, never)
  await rm(folder, { recursive: true, force: true })
})

type Said = { lines: string[]; build: ImageBuild }

async function request(files: Record<string, string>, dockerfile: string, more: Partial<ImageBuild> = {}): Promise<Said> {
  const number = ++builds
  const context = join(folder, `context-${number}`)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(context, name, '..'), { recursive: true })
    await writeFile(join(context, name), text)
  }
  await mkdir(context, { recursive: true })
  const lines: string[] = []
  return {
    lines,
    build: {
      context,
      dockerfile,
      ignore: '',
      workFolder: join(folder, `work-${number}`),
      stage: null,
      args: {},
      secrets: {},
      auths: [],
      labels: { 'easel.test': mark },
      tags: [`easel/${mark}:${number}`],
      onLine: (_, text) => lines.push(text),
      timeoutMs: 100_000,
      ...more,
    },
  }
}

async function failure(work: Promise<unknown>): Promise<DeploymentFailure> {
  const error = await work.then(() => null, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DeploymentFailure)
  return error as DeploymentFailure
}

/** A sample app built as its recipe says. */
async function app(name: string, options: { prune?: boolean; secrets?: Record<string, string>; args?: Record<string, string>; change?: (recipe: Recipe) => Recipe } = {}): Promise<Said> {
  const said = await request({}, '')
  if (name === 'with-package') for (const [file, text] of Object.entries(WITH_PACKAGE)) await writeFile(join(said.build.context, file), text)
  else await cp(join(process.cwd(), 'test/apps', name), said.build.context, { recursive: true })
  await cp(tools, join(said.build.context, '.easel'), { recursive: true })
  const planned = planRecipe(await readSourceTree(said.build.context, ''), NONE, '')
  const recipe = options.change?.(planned) ?? planned
  const { secrets = {}, args = {} } = options
  const network = buildNetwork()
  const hasCertificates = network.certificates !== null
  if (network.certificates !== null) await cp(network.certificates, join(said.build.context, '.easel', 'ca.pem'), { dereference: true })
  said.build = { ...said.build, args, secrets, ignore: 'node_modules\n.git\n', dockerfile: recipeDockerfile({ recipe, baseImage: NODE_IMAGE, tools: '.easel', cacheId: mark, variables: Object.keys(args), secrets: Object.keys(secrets), prune: options.prune ?? false, network: { env: network.env, hasCertificates } }) }
  return said
}

/** What a container of the image answers at its port. */
async function answer(image: string, path = '/'): Promise<{ status: number; text: string; uid: string }> {
  const name = `${mark}-run-${++builds}`
  await docker('run', '-d', '--name', name, '--label', `easel.test=${mark}`, image)
  try {
    const address = (await docker('inspect', '-f', '{{.NetworkSettings.IPAddress}}', name)).trim()
    const response = await until('the container to answer', () => fetch(`http://${address}:8080${path}`).catch(() => null))
    return { status: response.status, text: await response.text(), uid: (await docker('exec', name, 'id', '-u')).trim() }
  } finally {
    await docker('rm', '-f', name)
  }
}

describe.skipIf(!hasEngine)('a recipe becomes an image', () => {
  it('that runs a program as nobody special', async () => {
    const { build, lines } = await app('with-package')
    const facts = await store.build(build, never)
    expect(facts).toMatchObject({ id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), digest: null, ports: [8080], entrypoint: null, workingDirectory: '/app', user: '1000:1000' })
    expect(lines).toContain('$ npm install --include=dev')
    expect(lines.join('\n')).not.toMatch(/sha256:|transferring|^#\d/m)
    expect(await answer(facts.id)).toMatchObject({ status: 200, uid: '1000' })
  })

  it.each([false, true])('with development packages only as long as they are wanted: taken out, %s', async (prune) => {
    const { build } = await app('with-package', { prune })
    const facts = await store.build(build, never)
    const packages = await docker('run', '--rm', '--label', `easel.test=${mark}`, facts.id, 'ls', 'node_modules')
    expect(packages.trim().split('\n')).toEqual(prune ? ['ms'] : ['is-number', 'ms'])
    expect(await answer(facts.id)).toMatchObject({ status: 200, text: '1000' })
  })

  it('that serves a site, with nothing beside it', async () => {
    const { build } = await app('static-index')
    const facts = await store.build(build, never)
    expect(await answer(facts.id)).toMatchObject({ status: 200, uid: '1000' })
    expect(await docker('run', '--rm', '--label', `easel.test=${mark}`, facts.id, 'find', '/site', '-name', '.easel*')).toBe('')
  })

  it('once: the same again is found done', async () => {
    const first = await app('with-package')
    const one = await store.build(first.build, never)
    const second = await app('with-package')
    const other = await store.build(second.build, never)
    expect(other.id).toBe(one.id)
    expect(second.lines.filter((line) => line.startsWith('$ ')).every((line) => line.endsWith('(as before)'))).toBe(true)
    expect(second.lines).toContain('$ npm install --include=dev (as before)')
  })
})

describe.skipIf(!hasEngine)('the secrets of a build', () => {
  it('are known to its commands, and neither in a layer nor in the history nor on this machine afterwards', async () => {
    const secret = `secret-${mark}-of-the-build`
    const show = 'require("fs").writeFileSync("length.txt", String(process.env.TOKEN.length) + process.env.PLAIN)'
    const { build } = await app('node-plain', { secrets: { TOKEN: secret }, args: { PLAIN: ' plain' }, change: (recipe) => ({ ...recipe, build: [{ argv: ['node', '-e', show], env: {} }] }) })
    const facts = await store.build(build, never)
    expect(await docker('run', '--rm', '--label', `easel.test=${mark}`, facts.id, 'cat', 'length.txt')).toBe(`${secret.length} plain`)
    expect(await docker('history', '--no-trunc', facts.id)).not.toContain(secret)
    expect(await docker('inspect', facts.id)).not.toContain(secret)
    expect((await docker('save', facts.id)).includes(secret)).toBe(false)
    expect(readdirSync(folder).filter((name) => name.startsWith('work-'))).toEqual([])
  })

  it('would be found in a saved image if they were there', async () => {
    const { build } = await request({ 'a.txt': `open-${mark}` }, `FROM ${NODE_IMAGE}\nCOPY a.txt /a.txt\n`)
    const facts = await store.build(build, never)
    expect((await docker('save', facts.id)).includes(`open-${mark}`)).toBe(true)
  })
})

describe.skipIf(!hasEngine)('a Dockerfile of the source', () => {
  it('is built with its arguments, up to a stage, without what .dockerignore leaves out', async () => {
    const dockerfile = `FROM ${NODE_IMAGE} AS base\nARG GREETING\nWORKDIR /w\nCOPY . .\nRUN echo "$GREETING" > greeting.txt\nEXPOSE 9000 7000/udp 3000\nENTRYPOINT ["cat"]\nCMD ["greeting.txt"]\nFROM base AS other\nENTRYPOINT ["false"]\n`
    const { build } = await request({ 'kept.txt': '', 'left/out.txt': '' }, dockerfile, { args: { GREETING: 'good $day "now"' }, stage: 'base', ignore: 'left\n' })
    const facts = await store.build(build, never)
    expect(facts).toMatchObject({ ports: [3000, 9000], entrypoint: ['cat'], command: ['greeting.txt'], workingDirectory: '/w', user: null })
    expect(await docker('run', '--rm', '--label', `easel.test=${mark}`, facts.id)).toBe('good $day "now"\n')
    expect((await docker('run', '--rm', '--label', `easel.test=${mark}`, '--entrypoint', 'ls', facts.id)).split('\n')).not.toContain('left')
  })

  it.each([
    ['a command that fails', `FROM ${NODE_IMAGE}\nRUN echo "it broke here: Error: no luck" && exit 3\n`, 'build_failed', /ended with code 3.*no luck/],
    ['a file that is not there', `FROM ${NODE_IMAGE}\nCOPY absent.txt /\n`, 'output_missing', /absent\.txt/],
    ['an instruction that is none', `FROM ${NODE_IMAGE}\nBAKE\n`, 'build_failed', /unknown instruction: BAKE/i],
    ['a command without memory', `FROM ${NODE_IMAGE}\nRUN exit 137\n`, 'out_of_memory', /137/],
    ['a base image nobody has', 'FROM 127.0.0.1:1/nothing:1\n', 'image_not_found', /could not be fetched|not found/],
  ])('fails for %s', async (_, dockerfile, reason, words) => {
    const failed = await failure(store.build((await request({}, dockerfile)).build, never))
    expect(failed.message).toMatch(words)
    expect(failed.reason).toBe(reason)
  })

  it('is ended in the engine as well when nobody wants it any more', async () => {
    const stop = new AbortController()
    const { build } = await request({}, `FROM ${NODE_IMAGE}\nRUN node -e "setInterval(() => {}, 1000)" ${mark}-cancelled\n`)
    const building = store.build(build, stop.signal)
    await until('the command to run', () => isRunning(`${mark}-cancelled`))
    stop.abort(new Error('not wanted'))
    await expect(building).rejects.toThrow('not wanted')
    await until('the command to end', () => !isRunning(`${mark}-cancelled`))
  })

  it('is ended when its time is up', async () => {
    const { build } = await request({}, `FROM ${NODE_IMAGE}\nRUN node -e "setInterval(() => {}, 1000)" ${mark}-late\n`, { timeoutMs: 4_000 })
    expect((await failure(store.build(build, never))).reason).toBe('build_timeout')
    await until('the command to end', () => !isRunning(`${mark}-late`))
  })
})

describe.skipIf(!hasEngine)('images by name', () => {
  it('are found by label, given names, and gone when the last one is taken away', async () => {
    const { build } = await request({ 'a.txt': 'by name' }, `FROM ${NODE_IMAGE}\nCOPY a.txt /\n`, { labels: { 'easel.test': mark, 'easel.content': `${mark}-name` }, tags: [`easel/${mark}-named:1`] })
    const { id } = await store.build(build, never)
    expect((await store.find({ labels: { 'easel.test': mark, 'easel.content': `${mark}-name` }, named: `easel/${mark}` }, never))?.id).toBe(id)
    expect(await store.find({ labels: { 'easel.test': mark, 'easel.content': `${mark}-name` }, named: 'easel/another' }, never)).toBeNull()
    expect(await store.find({ labels: { 'easel.test': mark, 'easel.content': 'another' }, named: 'easel/' }, never)).toBeNull()
    await store.tag(id, [`easel/${mark}-named:2`], never)
    expect(await store.tags(`easel/${mark}-named`, never)).toEqual([`easel/${mark}-named:1`, `easel/${mark}-named:2`])
    await store.remove(`easel/${mark}-named:1`, never)
    await store.remove(`easel/${mark}-named:1`, never)
    expect((await store.inspect(id, never))?.id).toBe(id)
    await store.remove(`easel/${mark}-named:2`, never)
    expect(await store.inspect(id, never)).toBeNull()
  })
})

describe.skipIf(!hasEngine || !hasRegistry).each([
  ['open', false],
  ['private', true],
] as const)('a registry that is %s', (_, isPrivate) => {
  let registry: TestRegistry
  const auth = () => (isPrivate ? { server: registry.address, username: 'easel', password: PASSWORD } : null)
  beforeAll(async () => void (registry = await startRegistry(isPrivate)))
  afterAll(() => registry.stop())

  it('takes an image and gives it back by tag and by digest, after it was forgotten here', async () => {
    const { build } = await request({ 'a.txt': `pushed ${isPrivate}` }, `FROM ${NODE_IMAGE}\nCOPY a.txt /\nEXPOSE 5000\n`)
    const built = await store.build(build, never)
    const reference = `${registry.address}/${mark}/app:v1`
    const { digest } = await store.push({ id: built.id, reference, auth: auth() }, never)
    expect(digest).toMatch(new RegExp(`^${registry.address}/${mark}/app@sha256:[0-9a-f]{64}$`))
    for (const name of [reference, build.tags[0]!]) await store.remove(name, never)
    expect(await store.inspect(built.id, never)).toBeNull()
    expect(await store.pull({ reference, auth: auth() }, never)).toMatchObject({ id: built.id, digest, ports: [5000] })
    await store.remove(reference, never)
    expect(await store.pull({ reference: digest, auth: auth() }, never)).toMatchObject({ id: built.id, digest })
    await store.remove(digest, never)
  })

  it('says what it does not have', async () => {
    const failed = await failure(store.pull({ reference: `${registry.address}/${mark}/absent:1`, auth: auth() }, never))
    expect(failed.reason).toBe('image_not_found')
  })

  it.runIf(isPrivate)('refuses strangers and wrong passwords', async () => {
    const reference = `${registry.address}/${mark}/app:v1`
    for (const wrong of [null, { server: registry.address, username: 'easel', password: 'guessed' }]) expect((await failure(store.pull({ reference, auth: wrong }, never))).reason).toBe('image_auth')
  })

  it('gives base images to a build that has its credentials', async () => {
    const base = await store.inspect(NODE_IMAGE, never)
    const reference = `${registry.address}/${mark}/base:1`
    await store.push({ id: base!.id, reference, auth: auth() }, never)
    await store.remove(reference, never)
    const { build } = await request({}, `FROM ${reference}\nRUN echo ${mark}\n`, { auths: isPrivate ? [auth()!] : [] })
    expect((await store.build(build, never)).id).toMatch(/^sha256:/)
    if (isPrivate) expect((await failure(store.build({ ...build, dockerfile: `FROM ${registry.address}/${mark}/other:1\n`, auths: [] }, never))).reason).toBe('image_auth')
  })
})

describe.runIf(!hasEngine)('images', () => {
  it.skip('not run: no Docker engine is reachable here', () => undefined)
})

function isRunning(word: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith('node\0') && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word)
    } catch {
      return false
    }
  })
}
