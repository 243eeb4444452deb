import { afterAll, beforeAll, expect, test } from 'vitest'

import { openLane, type Lane } from '../fault/lane'
import { until } from '../harness/until'
import { flood, server } from './apps'
import { beside } from './bystander'
import { sizeMib, watchLargest } from './watch'
import type { Scene, Service } from './scene'

// Programs that print a hundred megabytes a second.

const FIRST_PORT = 26_450
const FLOOD_S = 20
/** What a flood may take on the disk at most, and the worker in memory. */
const DISK_MIB = 200
const MEMORY_MIB = 700
/** Lines of another service that take longer than this are held up by the flood. */
const LINES_MS = 10_000

let lane: Lane
beforeAll(async () => void (lane = await openLane(FIRST_PORT)))
afterAll(() => lane.close())

const TELLS = "setInterval(() => console.log('it is ' + Date.now()), 200)"

/** A service beside that prints the time; gives how late its lines were stored. */
async function timekeeper(scene: Scene): Promise<{ lateness(): Promise<number[]> }> {
  const service = await scene.service('timekeeper', { 'server.js': server('time', TELLS) })
  await scene.deployed(service)
  return {
    async lateness() {
      const rows = await scene.database.sql<{ ms: number; text: string }[]>`select extract(epoch from at)::float8 * 1000 as ms, text from log_lines where service_id = ${service.id} and text like 'it is %' order by id`
      return rows.map(({ ms, text }) => ms - Number(text.slice('it is '.length)))
    },
  }
}

async function expectBounded(scene: Scene, service: Service, work: () => Promise<void>): Promise<void> {
  const time = await timekeeper(scene)
  const known = (await time.lateness()).length
  const before = sizeMib(scene.dataDir)
  const stop = watchLargest(scene.dataDir, scene.worker.pid)
  // Seen at any time: only the newest lines of a service are kept.
  const [sentence] = await Promise.all([until('a sentence that says what is missing', () => saidOf(scene, service), 120_000), work()]).finally(stop)
  const { diskMib, memoryMib } = stop()
  await until('lines of the other service to go on', async () => (await time.lateness()).length > known + 20)
  const late = (await time.lateness()).slice(known)
  process.stdout.write(`Largest: ${Math.round(diskMib - before)} MiB on the disk, ${Math.round(memoryMib)} MiB in memory. Lines of another service: ${late.length}, the latest after ${Math.round(Math.max(...late))} ms. Said: ${sentence}\n`)
  expect(sentence).toMatch(/ dropped: (it|the build) prints faster than (it|lines) can be stored\.$/)
  expect(diskMib - before).toBeLessThan(DISK_MIB)
  expect(memoryMib).toBeLessThan(MEMORY_MIB)
  expect(Math.max(...late)).toBeLessThan(LINES_MS)
}

async function saidOf({ database: { sql } }: Scene, { id }: Service): Promise<string | null> {
  const [row] = await sql<{ text: string }[]>`select text from log_lines where service_id = ${id} and stream = 'platform' and text like '%dropped: %' limit 1`
  return row?.text ?? null
}

test('a service that floods its output fills neither the disk nor the memory, and holds up no other', () =>
  beside(lane, {}, async (scene) => {
    const service = await scene.service('flood', { 'server.js': server('flooding', `setTimeout(() => { ${flood(FLOOD_S)} }, 1_000)`) })
    await expectBounded(scene, service, async () => {
      await scene.deployed(service)
      await until('the flood to be over', () => scene.hasLine(service, 'the flood is over'), 120_000)
    })
    expect((await scene.ask(service)).text).toBe('flooding')
  }))

test('a build that floods its output fills neither the disk nor the memory, and holds up no other', () =>
  beside(lane, {}, async (scene) => {
    const service = await scene.service('flood', { 'server.js': server('built'), 'build.js': flood(FLOOD_S) }, { buildCommand: 'node build.js' })
    await expectBounded(scene, service, async () => void (await scene.deployed(service)))
    expect((await scene.ask(service)).text).toBe('built')
  }))
