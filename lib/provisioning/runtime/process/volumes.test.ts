import { spawn } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
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

const sent = (text: string) => ({ sizeBytes: Buffer.byteLength(text), content: Readable.from([Buffer.from(text)]) })

test('a link in a volume is never followed: not to read, to list, to write or to remove', async () => {
  const elsewhere = join(dirname(root), 'elsewhere')
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'secret'), 'not yours')
  symlinkSync(elsewhere, content('way'))
  symlinkSync(join(elsewhere, 'secret'), content('file'))
  mkdirSync(content('folder'))
  symlinkSync(elsewhere, content('folder', 'way'))
  const { files } = volumes()
  expect((await files.list(NAME, [], never)).entries).toMatchObject([{ name: 'folder', kind: 'folder' }, { name: 'file', kind: 'link', sizeBytes: null }, { name: 'way', kind: 'link' }])
  await expect(files.list(NAME, ['way'], never)).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(files.read(NAME, ['file'], never)).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(files.read(NAME, ['way', 'secret'], never)).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(files.write(NAME, ['way', 'mine'], sent('mine'), never)).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(files.remove(NAME, ['way', 'secret'], never)).rejects.toMatchObject({ code: 'invalid_input' })
  await expect(files.makeFolder(NAME, ['way', 'mine'], never)).rejects.toMatchObject({ code: 'invalid_input' })
  // In the place of a link, not where it leads.
  await files.write(NAME, ['file'], sent('mine'), never)
  await files.remove(NAME, ['folder'], never)
  await files.remove(NAME, ['way'], never)
  expect(readdirSync(content())).toEqual(['file'])
  expect(readdirSync(elsewhere)).toEqual(['secret'])
  expect(readFileSync(join(elsewhere, 'secret'), 'utf8')).toBe('not yours')
})

test.skipIf(process.platform !== 'linux')('what has a name that is no text is counted, and goes with its folder', async () => {
  mkdirSync(content('folder'))
  const strange = Buffer.concat([Buffer.from(`${content('folder')}/`), Buffer.from([0xff, 0xfe])])
  mkdirSync(strange)
  writeFileSync(Buffer.concat([strange, Buffer.from([0x2f, 0xff])]), 'x')
  writeFileSync(content('folder', 'plain'), 'y')
  const { files } = volumes()
  expect(await files.list(NAME, ['folder'], never)).toMatchObject({ entries: [{ name: 'plain', kind: 'file' }], more: 1 })
  await files.remove(NAME, ['folder'], never)
  expect(readdirSync(content())).toEqual([])
})

test.skipIf(process.platform !== 'linux')('a folder that turns into a link while it is opened leads nowhere', async () => {
  const elsewhere = join(dirname(root), 'elsewhere')
  mkdirSync(elsewhere)
  writeFileSync(join(elsewhere, 'file'), 'not yours')
  mkdirSync(content('folder'))
  writeFileSync(content('folder', 'file'), 'yours')
  symlinkSync(elsewhere, content('link'))
  const swapper = spawn(process.execPath, ['-e', "const { renameSync } = require('node:fs'); process.chdir(process.argv[1]); for (;;) { renameSync('folder', 'aside'); renameSync('link', 'folder'); renameSync('folder', 'link'); renameSync('aside', 'folder') }", content()])
  try {
    const seen = new Set<string>()
    for (let round = 0; round < 1_500; round++) {
      const { files } = volumes()
      const read = await files.read(NAME, ['folder', 'file'], never).then(async ({ content: bytes }) => Buffer.concat((await bytes.toArray()) as Buffer[]).toString(), (error: { code: string }) => error.code)
      seen.add(read)
      if (round % 10 === 0) await files.write(NAME, ['folder', 'sent'], sent('mine'), never).catch(() => undefined)
      if (round % 10 === 5) await files.remove(NAME, ['folder', 'sent'], never).catch(() => undefined)
    }
    expect([...seen]).toContain('yours')
    expect([...seen]).not.toContain('not yours')
    expect(readdirSync(elsewhere)).toEqual(['file'])
  } finally {
    swapper.kill('SIGKILL')
  }
})
