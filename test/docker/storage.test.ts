import { afterAll, beforeAll, expect, it } from 'vitest'

import { segment } from '@/lib/provisioning/docker/engine-api'
import { targetStorage, type TargetStorage } from '@/lib/provisioning/docker/storage'
import { LABEL } from '@/lib/provisioning/runtime/docker/names'
import { z } from 'zod'

import { removeMarked, testApi, testMark } from './engine'

const never = new AbortController().signal
const mark = testMark()
const serviceId = `svc_${mark}`
const api = testApi()
let storage: TargetStorage
const names: string[] = []

beforeAll(() => {
  storage = targetStorage({ api, labels: LABEL })
})
afterAll(async () => {
  await removeMarked(api, `${LABEL.instance}=${mark}`)
  for (const name of names) await api.run({ method: 'DELETE', path: `/images/${segment(name)}`, signal: never }).catch(() => undefined)
  api.close()
})

/** An image with nothing in it, made for a service of this test. */
async function makeImage(word: string, labels: Record<string, string> = { [LABEL.service]: serviceId, [LABEL.instance]: mark }): Promise<string> {
  const [repo, tag] = [`easel/${serviceId}`, word]
  names.push(`${repo}:${tag}`)
  const changes = Object.entries({ ...labels, word }).map(([name, value]) => `LABEL ${name}=${value}`)
  const emptyTar = Buffer.alloc(1024)
  const path = `/images/create?${new URLSearchParams([['fromSrc', '-'], ['repo', repo], ['tag', tag], ...changes.map((change) => ['changes', change])])}`
  const output = await api.stream({ method: 'POST', path, body: emptyTar, headers: { 'content-type': 'application/x-tar' }, signal: never })
  for await (const chunk of output) void chunk
  return `${repo}:${tag}`
}
const ours = async () => (await storage.look(never)).images.filter((image) => image.serviceId === serviceId)
const named = async (name: string) => (await ours()).find(({ tags }) => tags.includes(name)) ?? null

it('finds images by the service they were made for, and whether a container is made of them', async () => {
  const [used, free] = [await makeImage('used'), await makeImage('free')]
  await makeImage('foreign', {})
  const made = await api.json({ method: 'POST', path: '/containers/create', body: { Image: used, Cmd: ['nothing'], Labels: { [LABEL.instance]: mark } }, signal: never }, z.object({ Id: z.string() }))
  expect(await named(used)).toMatchObject({ inUse: true, instanceId: mark, serviceId })
  expect(await named(free)).toMatchObject({ inUse: false, ownBytes: 0 })
  expect((await ours()).map(({ tags }) => tags[0]).sort()).toEqual([free, used])

  // The engine itself refuses, whatever we believe.
  const image = (await named(used))!
  await expect(storage.removeImage({ id: image.id, tags: [] }, never)).rejects.toMatchObject({ code: 'conflict' })
  expect(await named(used)).not.toBeNull()
  await api.run({ method: 'DELETE', path: `/containers/${made.Id}`, query: { force: true }, signal: never })
  await storage.removeImage(image, never)
  expect(await named(used)).toBeNull()
})

it('takes our name away and leaves the image to who has given it another one', async () => {
  const name = await makeImage('shared')
  const other = `kept-${mark}:1`
  names.push(other)
  await api.run({ method: 'POST', path: `/images/${segment(name)}/tag`, query: { repo: `kept-${mark}`, tag: '1' }, signal: never })
  const { id } = (await named(name))!
  await storage.removeImage({ id, tags: [name] }, never)
  expect(await named(other)).toMatchObject({ id, tags: [other] })
})

it('removes an image that is gone already without complaint', async () => {
  await storage.removeImage({ id: `sha256:${'0'.repeat(64)}`, tags: [] }, never)
  await storage.removeImage({ id: 'x', tags: [`easel/${serviceId}:never`] }, never)
})

it('sees the disk of the engine and how much build cache there is, and frees nothing while there is room', async () => {
  const { disk, cacheBytes } = await storage.look(never)
  expect(cacheBytes).toBeGreaterThanOrEqual(0)
  expect(disk!.freeBytes).toBeLessThan(disk!.totalBytes)
  expect(await storage.pruneCache(Number.MAX_SAFE_INTEGER, never)).toBe(0)
})
