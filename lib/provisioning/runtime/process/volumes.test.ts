import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { isHealthy, untilSeen } from '../conformance'
import type { Mount, Workload } from '../driver'
import { makeProcessSubject, type ProcessSubject } from './process-subject'

const never = new AbortController().signal
const NAME = 'vol-1'
let t: ProcessSubject
let root: string
beforeEach(async () => {
  t = await makeProcessSubject()
  root = join(dirname(t.paths.volumes), 'artifact')
  mkdirSync(root, { recursive: true })
  await volumes().ensure({ name: NAME, environmentId: 'env_1', owner: null }, never)
})
afterEach(() => t.dispose())

const volumes = () => t.driver.volumes!
const content = (...parts: string[]) => join(volumes().where(NAME)!, ...parts)

/** An app whose own files are in `root`, with the volume at a place of them. */
function appWith(mounts: Mount[], fields: Partial<Workload> = {}): Workload {
  const app = t.workload('serves', { mounts, ...fields })
  const { start } = app
  if (start.kind !== 'command') throw new Error('It runs a command.')
  return { ...app, start: { ...start, argv: ['node', join(start.cwd, 'app.cjs')], cwd: root, root } }
}
const mountAt = (place: string): Mount => ({ volume: NAME, path: `/app/${place}`, readOnly: false, place: join(root, place) })

async function runOnce(app: Workload, look: () => void): Promise<void> {
  await t.driver.apply(app, never)
  await untilSeen(t.driver, app.name, isHealthy)
  look()
  await t.driver.remove(app, 500, never)
}

test('a place among the files of a program is the volume, which first holds what the build has there', async () => {
  mkdirSync(join(root, 'data/in'), { recursive: true })
  writeFileSync(join(root, 'data/in/seed'), 'of the build')
  await runOnce(appWith([mountAt('data')]), () => {
    expect(readFileSync(join(root, 'data/in/seed'), 'utf8')).toBe('of the build')
    writeFileSync(join(root, 'data/more'), 'written')
  })
  expect(readdirSync(content()).sort()).toEqual(['in', 'more'])
  writeFileSync(content('in/seed'), 'changed')
  await runOnce(appWith([mountAt('data')]), () => expect(readFileSync(join(root, 'data/in/seed'), 'utf8')).toBe('changed'))
})

test('who starts the same build without the volume has what the build has', async () => {
  mkdirSync(join(root, 'data'))
  writeFileSync(join(root, 'data/seed'), 'of the build')
  await runOnce(appWith([mountAt('data'), { ...mountAt('deep/er'), volume: NAME }].slice(0, 1)), () => writeFileSync(join(root, 'data/seed'), 'of the volume'))
  await runOnce(appWith([mountAt('deep/er')]), () => {
    expect(readFileSync(join(root, 'data/seed'), 'utf8')).toBe('of the build')
    expect(readFileSync(join(root, 'deep/er/seed'), 'utf8')).toBe('of the volume')
  })
  await runOnce(appWith([]), () => {
    expect(readFileSync(join(root, 'data/seed'), 'utf8')).toBe('of the build')
    expect(existsSync(join(root, 'deep/er'))).toBe(false)
    expect(existsSync(join(root, '.easel-mounts', 'x'))).toBe(false)
  })
  expect(readFileSync(content('seed'), 'utf8')).toBe('of the volume')
})

test('a build cannot lead a volume out of its own files', async () => {
  const elsewhere = join(dirname(root), 'elsewhere')
  mkdirSync(elsewhere)
  symlinkSync(elsewhere, join(root, 'way'))
  mkdirSync(join(root, '.easel-mounts/evil'), { recursive: true })
  writeFileSync(join(root, '.easel-mounts/evil/path'), '../elsewhere')
  await expect(t.driver.apply(appWith([mountAt('way/out')]), never)).rejects.toMatchObject({ code: 'invalid_input' })
  expect(readdirSync(elsewhere)).toEqual([])
  expect(lstatSync(elsewhere).isDirectory()).toBe(true)
})

test('a restore that is cut short leaves what was there, one that was complete takes its place', async () => {
  writeFileSync(content('file'), 'first')
  const chunks: Buffer[] = []
  for await (const chunk of await volumes().save(NAME, never)) chunks.push(chunk as Buffer)
  const tar = Buffer.concat(chunks)
  writeFileSync(content('file'), 'second')
  const half = new PassThrough()
  half.end(tar.subarray(0, 700))
  await expect(volumes().restore(NAME, half, never)).rejects.toMatchObject({ code: 'invalid_input' })
  expect(readFileSync(content('file'), 'utf8')).toBe('second')
  // As after a worker that died between the two steps of the change.
  mkdirSync(join(t.paths.volumes, `.restored-${NAME}`))
  writeFileSync(join(t.paths.volumes, `.restored-${NAME}`, 'file'), 'restored')
  await volumes().ensure({ name: NAME, environmentId: 'env_1', owner: null }, never)
  expect(readFileSync(content('file'), 'utf8')).toBe('restored')
})
