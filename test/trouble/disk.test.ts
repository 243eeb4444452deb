import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { serviceStart, serviceStop } from '../../lib/contract/service'
import { snapshotCreate, snapshotGet, snapshotPlan, snapshotRestore } from '../../lib/contract/snapshot'
import { volumeCreate } from '../../lib/contract/volume'
import { openLane, type Lane } from '../fault/lane'
import { until } from '../harness/until'
import { READER, server, writeApp } from './apps'
import { beside } from './bystander'
import { mountSmallDisk, type SmallDisk } from './small-disk'
import type { Scene } from './scene'

// The disk that holds the data folder is full: while fetching, building, packaging, starting, logging, routing. Then there is
// room again, and everything goes on by itself. PostgreSQL's data lies on another disk.

const FIRST_PORT = 26_600
const SIZE_MIB = 48
const MIB = 1024 * 1024
const NO_SPACE = 'There is no space left on the disk that holds the data of Easel.'

const mounted = mountSmallDisk(SIZE_MIB)

if ('refused' in mounted) test.skip(`a full disk: not run, because ${mounted.refused}`, () => {})
else describe('a full disk', () => cases(mounted))

function cases(disk: SmallDisk): void {
  let lane: Lane
  beforeAll(async () => void (lane = await openLane(FIRST_PORT)))
  afterAll(async () => {
    await lane.close()
    disk.unmount()
  })

  /** The disk is full while this happens, and no longer. */
  const whileFull = async (work: () => Promise<void>) => {
    const free = disk.fill()
    await work().finally(free)
  }

  test('while fetching fails the deployment with a sentence, and the next one serves', () =>
    beside(lane, { on: disk.path }, async (scene) => {
      const service = await scene.service('late', { 'server.js': server('late'), large: 'x'.repeat(1024 * 1024) })
      await whileFull(async () => expect(await scene.ended(await scene.deploy(service))).toEqual({ status: 'failed', reason: 'disk_full', message: NO_SPACE }))
      await scene.deployed(service)
    }))

  test('while building fails the deployment with a sentence, gives its room back, and the next one serves', () =>
    beside(lane, { on: disk.path }, async (scene) => {
      const greedy = "const fs = require('node:fs')\nconst file = fs.openSync('large', 'w')\nfor (;;) fs.writeSync(file, Buffer.alloc(1024 * 1024, 1))\n"
      const service = await scene.service('builds', { 'server.js': server('built'), 'build.js': greedy }, { buildCommand: 'node build.js' })
      const ended = await scene.ended(await scene.deploy(service))
      expect(ended).toMatchObject({ status: 'failed', reason: 'disk_full' })
      // What it said itself found no room as a rule.
      expect(ended.message).toMatch(/^node build\.js (found no space left on the disk: |ended with code 1, and the disk that it works on is full\.$)/)
      writeApp(service.folder, { 'server.js': server('built'), 'build.js': '' })
      await scene.deployed(service)
    }))

  /** A first version that serves, and a build of the second that waits until the disk is full before it ends. */
  async function secondVersion(scene: Scene) {
    const service = await scene.service('versions', { 'server.js': server('first'), 'build.js': '' }, { buildCommand: 'node build.js', health: { deadlineS: 15 }, drainS: 0 })
    await scene.deployed(service)
    const asked = `${disk.path}/asked`
    const isFull = `${disk.path}/filler`
    writeApp(service.folder, { 'server.js': server('second'), 'build.js': `const fs = require('node:fs')\nfs.writeFileSync(${JSON.stringify(asked)}, '')\nsetInterval(() => fs.existsSync(${JSON.stringify(isFull)}) && process.exit(0), 100)\n` })
    const id = await scene.deploy(service)
    await until('the build to run', () => existsSync(asked))
    return { service, id }
  }

  test('from packaging on for longer than it may take: the version finds room or is given up with a sentence, the former one serves until then, and the next one does', () =>
    beside(lane, { on: disk.path }, async (scene) => {
      const { service, id } = await secondVersion(scene)
      await whileFull(async () => {
        const ended = await scene.ended(id)
        // A build gives its room back when it has ended; whoever is first takes it.
        if (ended.status !== 'active') expect(ended).toEqual({ status: 'failed', reason: 'disk_full', message: expect.stringContaining(NO_SPACE) as string })
        expect((await scene.ask(service)).text).toBe(ended.status === 'active' ? 'second' : 'first')
      })
      writeApp(service.folder, { 'server.js': server('third'), 'build.js': '' })
      await scene.deployed(service)
      expect((await scene.ask(service)).text).toBe('third')
    }))

  test('from packaging on for a moment: the version serves as soon as there is room, or says that there was none', () =>
    beside(lane, { on: disk.path }, async (scene) => {
      const { service, id } = await secondVersion(scene)
      const hasEnded = async () => ['active', 'failed'].includes((await scene.outcome(id)).status)
      await whileFull(async () => void (await until('a start that failed, unless it has ended', async () => scene.hasLogged('a step failed') || (await hasEnded()))))
      const outcome = await scene.ended(id)
      // Packaging itself may have been what found no room.
      if (outcome.status === 'failed') expect(outcome).toMatchObject({ reason: 'disk_full' })
      else expect((await scene.ask(service)).text).toBe('second')
    }))

  test('while a service starts again: it is started as soon as there is room', () =>
    beside(lane, { on: disk.path }, async (scene) => {
      const as = { as: lane.as }
      const service = await scene.service('again', { 'server.js': server('again') })
      await scene.deployed(service)
      await scene.call(serviceStop, { serviceId: service.id }, as)
      await until('it to be stopped', async () => (await scene.ask(service)).status === 503)
      await whileFull(async () => {
        await scene.call(serviceStart, { serviceId: service.id }, as)
        await until('a start that failed', () => scene.hasLogged('a step failed'))
      })
      await until('it to answer', async () => (await scene.ask(service)).text === 'again')
    }))

  test('while a volume is restored: what is there stays as it is and is served again, and the restore says why', () =>
    beside(lane, { on: disk.path }, async (scene) => {
      const { environmentId, as } = lane
      const service = await scene.service('keeps', { 'server.js': READER })
      const { id: volumeId } = await scene.call(volumeCreate, { environmentId, serviceId: service.id, path: '/data' }, { as })
      const folder = scene.paths.volume(volumeId.replace('_', '-'))
      await scene.deployed(service)
      const write = (word: string) => writeFileSync(join(folder, 'word'), word)
      write('first')
      // Packed it is small, unpacked it is not.
      writeFileSync(join(folder, 'large'), Buffer.alloc(12 * MIB, 'a'))
      const { id: snapshotId } = await scene.call(snapshotCreate, { environmentId, volumeId }, { as })
      await until('the snapshot', async () => (await scene.call(snapshotGet, { snapshotId }, { as })).status === 'done')
      write('second')
      const restored = async () => {
        const { id } = await scene.call(snapshotRestore, { snapshotId }, { as })
        return until('the restore to end', async () => {
          const found = (await scene.call(snapshotPlan, { environmentId, volumeId }, { as })).restores.find((one) => one.id === id)!
          return ['done', 'failed'].includes(found.status) && found
        }, 60_000)
      }
      const ballast = join(disk.path, 'ballast')
      writeFileSync(ballast, Buffer.alloc(Math.max(0, statfsSync(disk.path).bavail * statfsSync(disk.path).bsize - 6 * MIB)))
      try {
        expect(await restored()).toMatchObject({ status: 'failed', message: expect.stringContaining('There is no space left') as string })
        await until('what was there to be served again', async () => (await scene.ask(service)).text === 'second')
      } finally {
        rmSync(ballast)
      }
      expect(await restored()).toMatchObject({ status: 'done', message: null })
      await until('what was restored to be served', async () => (await scene.ask(service)).text === 'first')
    }))

  test('while a service prints and routes change: it serves, and lines and routes go on when there is room', () =>
    beside(lane, { on: disk.path }, async (scene) => {
      const prints = await scene.service('prints', { 'server.js': server('prints', "let n = 0\nsetInterval(() => console.log('line ' + n++), 50)") })
      const leaves = await scene.service('leaves', { 'server.js': server('leaves') })
      await scene.deployed(prints)
      await scene.deployed(leaves)
      await whileFull(async () => {
        await scene.call(serviceStop, { serviceId: leaves.id }, { as: lane.as })
        await until('a service that is stopped on the full disk', async () => (await scene.database.sql`select 1 from workloads where service_id = ${leaves.id}`).length === 0)
        expect((await scene.ask(prints)).text).toBe('prints')
      })
      const known = (await scene.lines(prints)).length
      await until('the route to be gone', async () => (await scene.ask(leaves)).status === 503)
      await until('lines to go on', async () => (await scene.lines(prints)).length > known + 10)
      expect((await scene.ask(prints)).text).toBe('prints')
    }))
}
