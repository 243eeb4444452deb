import { spawnSync } from 'node:child_process'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { makeDockerSubject, type DockerSubject } from '@/test/docker/docker-subject'
import { NODE_IMAGE } from '@/test/docker/engine'
import { until } from '@/test/harness/until'
import { identify } from '../../process/identity'
import { isHealthy, untilSeen } from '../conformance'
import type { Workload } from '../driver'
import { Created } from './answers'
import { absentAsNull } from './containers'
import { LABEL, ownerLabels } from './names'

const never = new AbortController().signal
let t: DockerSubject
let name: string
beforeEach(async () => {
  t = await makeDockerSubject()
  name = `vol-${t.mark}`
})
afterEach(() => t.dispose())

const ensure = (owner: { uid: number; gid: number } | null) => t.driver.volumes!.ensure({ name, environmentId: t.environmentId, owner }, never)

async function onIt(): Promise<Workload> {
  const app = t.workload('serves', { mounts: [{ volume: name, path: '/data', readOnly: false }] })
  await t.driver.apply(app, never)
  await untilSeen(t.driver, app.name, isHealthy)
  return app
}

test('a volume is there once, belongs to whom it was made for, and keeps what is written', async () => {
  await ensure({ uid: 1000, gid: 1000 })
  await ensure({ uid: 1000, gid: 1000 })
  const app = await onIt()
  expect((await t.inside(app, ['stat', '-c', '%u:%g', '/data'])).last).toBe('1000:1000')
  await t.inside(app, ['sh', '-c', 'head -c 200000 /dev/zero > /data/zeros'])
  expect(await t.driver.volumes!.list(null, never)).toEqual([{ name, environmentId: t.environmentId, usedBy: [app.name] }])
  expect(await t.driver.volumes!.list('env_nowhere', never)).toEqual([])
  expect(await t.driver.volumes!.sizeBytes(name, never)).toBeGreaterThan(199_999)
  await expect(t.driver.volumes!.remove(name, never)).rejects.toMatchObject({ code: 'conflict' })
  await t.driver.remove(app, 500, never)
  const next = await onIt()
  expect((await t.inside(next, ['stat', '-c', '%s', '/data/zeros'])).last).toBe('200000')
})

test('what was saved is restored, with owners and modes, in place of what is there', async () => {
  await ensure(null)
  const app = await onIt()
  await t.inside(app, ['sh', '-c', 'mkdir /data/in && echo first > /data/in/file && chmod 640 /data/in/file && chown 1000:1000 /data/in/file && ln -s in/file /data/link'])
  const saved = (await t.driver.volumes!.save(name, never)).pipe(new PassThrough())
  const chunks: Buffer[] = []
  for await (const chunk of saved as AsyncIterable<Buffer>) chunks.push(chunk)
  await t.inside(app, ['sh', '-c', 'echo second > /data/in/file; echo more > /data/more; echo hidden > /data/.hidden'])
  const tar = () => new PassThrough().end(Buffer.concat(chunks))
  await expect(t.driver.volumes!.restore(name, tar(), never)).rejects.toMatchObject({ code: 'conflict' })
  await t.driver.stop(app, 500, never)
  await t.driver.volumes!.restore(name, tar(), never)
  await t.driver.apply(app, never)
  await untilSeen(t.driver, app.name, isHealthy)
  expect((await t.inside(app, ['sh', '-c', 'cd /data && echo $(ls -A) $(cat link) $(stat -c %u:%g:%a in/file)'])).last).toBe('in link first 1000:1000:640')
})

test('what nobody uses any more is restored without running anything of an image, also after a worker died halfway', async () => {
  await ensure({ uid: 1000, gid: 1000 })
  const app = await onIt()
  await t.inside(app, ['sh', '-c', 'echo first > /data/file'])
  const chunks: Buffer[] = []
  for await (const chunk of (await t.driver.volumes!.save(name, never)) as AsyncIterable<Buffer>) chunks.push(chunk)
  await t.inside(app, ['sh', '-c', 'echo more > /data/more'])
  await t.driver.remove(app, 500, never)
  const api = { ...t.api, run: (request: Parameters<typeof t.api.run>[0]) => {
    if (request.path.endsWith('/start')) throw new Error('something was started')
    if (request.path === '/volumes/create') throw new Error('the worker dies')
    return t.api.run(request)
  } }
  const dying = t.openDriver({ api })
  const tar = () => new PassThrough().end(Buffer.concat(chunks))
  await expect(dying.volumes!.restore(name, tar(), never)).rejects.toThrow('the worker dies')
  await dying.close()
  await t.driver.volumes!.restore(name, tar(), never)
  const again = await onIt()
  expect((await t.inside(again, ['sh', '-c', 'cd /data && echo $(ls -A) $(cat file) $(stat -c %u:%g .)'])).last).toBe('file first 1000:1000')
})

test('a volume that is removed is gone, also twice', async () => {
  await ensure(null)
  await t.driver.volumes!.remove(name, never)
  await t.driver.volumes!.remove(name, never)
  expect(await t.driver.volumes!.list(null, never)).toEqual([])
  await expect(t.driver.volumes!.sizeBytes(name, never)).rejects.toMatchObject({ code: 'not_found' })
})

test('a volume of somebody else with its name is left alone', async () => {
  await t.api.run({ method: 'POST', path: '/volumes/create', body: { Name: `easel-${name}` }, signal: never })
  try {
    await expect(ensure(null)).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(`docker volume rm easel-${name}`) })
    await expect(t.driver.volumes!.remove(name, never)).rejects.toMatchObject({ code: 'conflict' })
  } finally {
    await t.api.run({ method: 'DELETE', path: `/volumes/easel-${name}`, signal: never })
  }
})

test('a link in a volume is never followed', async () => {
  await ensure(null)
  const app = await onIt()
  const { files } = t.driver.volumes!
  await t.inside(app, ['sh', '-c', 'cd /data && ln -s /etc way && ln -s /etc/passwd file && mkdir folder && ln -s / folder/root && ln -s folder near && echo here > folder/here'])
  expect((await files.list(name, [], never)).entries).toMatchObject([{ name: 'folder', kind: 'folder' }, { name: 'file', kind: 'link', sizeBytes: null }, { name: 'near', kind: 'link' }, { name: 'way', kind: 'link' }])
  const text = (content: string) => ({ sizeBytes: content.length, content: new PassThrough().end(content) })
  for (const way of ['way', 'near']) {
    await expect(files.list(name, [way], never)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(files.read(name, [way, 'passwd'], never)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(files.write(name, [way, 'mine'], text('mine'), never)).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(files.remove(name, [way, 'here'], never)).rejects.toMatchObject({ code: 'not_found' })
  }
  await expect(files.read(name, ['file'], never)).rejects.toMatchObject({ code: 'invalid_input' })
  await files.write(name, ['file'], text('mine'), never)
  await files.remove(name, ['folder'], never)
  expect((await t.inside(app, ['sh', '-c', 'cd /data && echo $(ls -A) $(cat file) $(test -s /etc/passwd && echo whole)'])).last).toBe('file near way mine whole')
})

test('what is sent belongs to whom its folder belongs to', async () => {
  await ensure({ uid: 1000, gid: 1000 })
  const app = await onIt()
  const { files } = t.driver.volumes!
  await files.makeFolder(name, ['in'], never)
  await files.write(name, ['in', 'file'], { sizeBytes: 2, content: new PassThrough().end('hi') }, never)
  expect((await t.inside(app, ['sh', '-c', 'stat -c %u:%g:%a /data/in /data/in/file | xargs'])).last).toBe('1000:1000:755 1000:1000:644')
})

test('the helper of a process that has ended is removed, whenever it comes to be; that of one that lives stays', async () => {
  await ensure(null)
  const dead = spawnSync(process.execPath, ['-e', 'process.stdout.write(String(process.pid))']).stdout.toString()
  const make = async (maker: string) => {
    const body = { Image: NODE_IMAGE, Labels: { ...ownerLabels({ instanceId: t.mark, targetId: 'tgt_1' }), [LABEL.helper]: name, [LABEL.maker]: maker } }
    return (await t.api.json({ method: 'POST', path: '/containers/create', body, signal: never }, Created)).Id
  }
  const isThere = async (id: string) => (await absentAsNull(t.api.run({ method: 'GET', path: `/containers/${id}/json`, signal: never }).then(() => true))) ?? false
  const living = await make(`${process.pid} ${identify(process.pid)!.startTime}`)
  const late = await make(`${dead} 1`)
  await until('the late one to be gone', async () => !(await isThere(late)))
  await t.driver.close()
  const early = await make(`${dead} 1`)
  t.openDriver()
  await until('the early one to be gone', async () => !(await isThere(early)))
  expect(await isThere(living)).toBe(true)
})
