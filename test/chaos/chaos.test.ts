import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { lastLines } from '../harness/programs'
import { doOne } from './actor'
import { differences } from './compare'
import { openHouse, type House } from './house'
import type { Model } from './model'
import { doElse, leave, type Neighbour } from './neighbour'
import { makeRandom } from './random'

// Two workers and two web processes on one database. Three people do whatever comes to their minds, each with a neighbour who does
// other things in the same environments, while a worker is killed every few seconds. In the end everything is as was acknowledged.
//
//   EASEL_CHAOS_MINUTES  how long, 1 unless said otherwise
//   EASEL_CHAOS_SEED     what they do, and when a worker dies

const MINUTES = Number(process.env.EASEL_CHAOS_MINUTES ?? 1)
const SEED = Number(process.env.EASEL_CHAOS_SEED ?? Date.now() % 1_000_000)
const ACTORS = 3
const SETTLE_MS = 5 * 60_000
const LOOK_MS = 1_000
const RESULTS = join(process.cwd(), 'test-results')

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

test(`model and world agree after ${MINUTES} minutes of anything`, { timeout: MINUTES * 60_000 + SETTLE_MS + 120_000 }, async () => {
  process.stdout.write(`Chaos with EASEL_CHAOS_SEED=${SEED}\n`)
  const house = await openHouse()
  const said: string[] = []
  try {
    const until = Date.now() + MINUTES * 60_000
    const acting = Array.from({ length: ACTORS }, (_, index) => act(house, index, { until, said }))
    const killing = kill(house, { until, said })
    const models = await Promise.all(acting)
    await killing
    const model: Model = { environments: models.flatMap(({ environments }) => environments), services: models.flatMap(({ services }) => services) }
    expect(said.length).toBeGreaterThan(ACTORS * 5)
    expect(await settled(house, model), `differences, with EASEL_CHAOS_SEED=${SEED}`).toEqual([])
    expect(house.fallen(), 'ends of programs that nobody had ended').toEqual([])
    process.stdout.write(`Chaos: ${said.length} things were done to ${model.services.length} services; model and world agree.\n`)
  } finally {
    mkdirSync(RESULTS, { recursive: true })
    writeFileSync(join(RESULTS, 'chaos.log'), [...said, ...house.logFiles.map((file) => `\n${file}\n${lastLines(file, 400)}`)].join('\n'))
    await house.close()
  }
})

type Course = { until: number; said: string[] }

async function act({ rest, repository }: House, index: number, { until, said }: Course): Promise<Model> {
  const random = makeRandom(SEED * 100 + index)
  const { body } = await rest.send('POST', '/projects', { name: `Project ${index}` })
  const [first] = body.environments as { id: string }[]
  const model: Model = { environments: [{ id: first!.id, isDeleted: false }], services: [] }
  const say = (line: string) => said.push(`${new Date().toISOString()} ${index} ${line}`)
  const disturbing = disturb({ rest, random: makeRandom(SEED * 100 + 50 + index), model, say, own: new Map() }, until)
  // Told where it is waited for, below.
  disturbing.catch(() => {})
  while (Date.now() < until) {
    await doOne({ rest, random, model, projectId: body.id as string, repository, say })
    await pause(random.upTo(1_500))
  }
  await disturbing
  return model
}

async function disturb(neighbour: Neighbour, until: number): Promise<void> {
  while (Date.now() < until) {
    await doElse(neighbour)
    await pause(neighbour.random.upTo(1_000))
  }
  await leave(neighbour)
}

async function kill(house: House, { until, said }: Course): Promise<void> {
  const random = makeRandom(SEED * 100 + 99)
  while (Date.now() < until) {
    await pause(2_000 + random.upTo(4_000))
    const index = random.upTo(2)
    said.push(`${new Date().toISOString()} worker ${index} is killed`)
    await house.replaceWorker(index)
  }
}

/** The differences that are left when there are none, or when it has taken too long. */
async function settled(house: House, model: Model): Promise<string[]> {
  const deadline = Date.now() + SETTLE_MS
  for (;;) {
    const left = await differences(house, model)
    if (left.length === 0 || Date.now() > deadline) return left
    await pause(LOOK_MS)
  }
}
