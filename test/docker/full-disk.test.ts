import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { makeImageStore } from '@/lib/provisioning/build/image/docker-image-store'
import type { ImageStore } from '@/lib/provisioning/build/image/image-store'
import { smallDisk, type SmallDisk } from '../harness/small-disk'
import { canStartSecondEngine, startSecondEngine, type SecondEngine } from './second-engine'

// An engine whose disk is a few megabytes.

const never = new AbortController().signal
const DISK_MIB = 48
const LARGE_MIB = 40

let disk: SmallDisk | null
let engine: SecondEngine | null = null
let store: ImageStore
let folder: string

beforeEach(async () => {
  disk = canStartSecondEngine ? smallDisk(DISK_MIB) : null
  if (!disk) return
  folder = await mkdtemp(join(tmpdir(), 'easel-full-'))
  engine = await startSecondEngine({ empty: true, data: disk.path })
  store = makeImageStore({ kind: 'socket', path: engine.path }, engine.api)
})
afterEach(async () => {
  await engine?.dispose()
  disk?.close()
  await rm(folder ?? '', { recursive: true, force: true })
  engine = null
})

async function build(mib: number) {
  const context = join(folder, `context-${mib}`)
  await mkdir(context, { recursive: true })
  await writeFile(join(context, 'large'), Buffer.alloc(mib * 1024 * 1024, `${mib} `))
  return store.build(
    { context, dockerfile: 'FROM scratch\nCOPY large /one\nCOPY large /two\n', ignore: '', workFolder: join(folder, 'work'), stage: null, args: {}, secrets: {}, auths: [], labels: {}, tags: [`easel/full:${mib}`], onLine: () => undefined, timeoutMs: 60_000 },
    never,
  )
}

describe.skipIf(!canStartSecondEngine)('the disk of an engine that is full while an image is made', () => {
  test('fails the build with a sentence; what fits is made afterwards', async (context) => {
    if (!disk) return context.skip()
    // Something else on that disk, which a person can do without.
    const spare = join(disk.path, 'spare')
    await writeFile(spare, Buffer.alloc(4 * 1024 * 1024))
    await expect(build(LARGE_MIB)).rejects.toMatchObject({ reason: 'disk_full', message: expect.stringContaining('no space left') })
    expect(await store.inspect(`easel/full:${LARGE_MIB}`, never)).toBeNull()
    await rm(spare)
    await engine!.api.run({ method: 'POST', path: '/build/prune', query: { all: true }, signal: never })
    expect((await build(1)).sizeBytes).toBeGreaterThan(1024 * 1024)
  })
})
