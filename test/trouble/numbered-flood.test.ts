import { afterAll, beforeAll, expect, test } from 'vitest'

import { openLane, type Lane } from '../fault/lane'
import { until } from '../harness/until'
import { server } from './apps'
import { openScene, type Scene, type Service } from './scene'

// Programs print numbers while those who store them die, and the database with them. Afterwards each number is there, once and in order.

const FIRST_PORT = 26_950
const PRINTERS = ['one', 'two', 'three']
const LINES = 60_000
const AT_ONCE = 200

let lane: Lane
beforeAll(async () => void (lane = await openLane(FIRST_PORT)))
afterAll(() => lane.close())

/** Prints numbers from 1 on, some as structured lines and some within traces, and in pieces that end amid lines. */
const PRINTS = `const fs = require('node:fs')
let n = 0, rest = ''
const line = () => {
  const number = String(++n).padStart(9, '0')
  if (n % 50 === 10) return 'Error: ' + number + '\\n'
  if (n % 50 > 10 && n % 50 < 15) return '    at ' + number + ' (a.js:1:1)\\n'
  return n % 3 === 0 ? JSON.stringify({ level: 30, msg: number }) + '\\n' : number + ' ' + 'x'.repeat(60) + '\\n'
}
const print = () => {
  for (let i = 0; i < ${AT_ONCE} && n < ${LINES}; i++) rest += line()
  const cut = n === ${LINES} ? rest.length : rest.length - (n % 40)
  fs.writeSync(1, rest.slice(0, cut))
  rest = rest.slice(cut)
  if (n < ${LINES}) setTimeout(print, 40)
}
setTimeout(print, 500)
`

async function numbersOf(scene: Scene, service: Service): Promise<number[]> {
  const lines = await scene.lines(service)
  return lines.flatMap((text) => text.split('\n')).flatMap((text) => Number(/\b\d{9}\b/.exec(text)?.[0] ?? 0) || [])
}

test('of what programs print nothing is lost and nothing repeated while worker and database are killed', async () => {
  const scene = await openScene(lane, {})
  try {
    const services = await Promise.all(PRINTERS.map((name) => scene.service(name, { 'server.js': server(name, PRINTS) })))
    await Promise.all(services.map((service) => scene.deployed(service)))
    const stored = async () => Number((await scene.database.sql`select count(*) as n from log_lines where stream = 'stdout'`)[0]!.n)
    const untilMore = async (lines: number) => {
      const before = await stored()
      await until(`${lines} more lines to be stored`, async () => (await stored()) > before + lines, 60_000)
    }
    await untilMore(5_000)
    await scene.replaceWorker()
    await untilMore(5_000)
    await lane.cluster.restart()
    await untilMore(5_000)
    await scene.replaceWorker()
    expect((await numbersOf(scene, services[0]!)).length, 'the flood is not over yet').toBeLessThan(LINES)
    for (const service of services) {
      await until('its last number to be stored', async () => (await numbersOf(scene, service)).at(-1) === LINES, 120_000)
      const numbers = await numbersOf(scene, service)
      expect(numbers.findIndex((number, index) => number !== index + 1), 'the first number that is missing or repeated').toBe(-1)
      expect(numbers).toHaveLength(LINES)
    }
    // Traces were joined, whoever died over them.
    const [joined] = await scene.database.sql<{ n: number }[]>`select count(*)::int as n from log_lines where text ~ '^Error: \\d{9}\\n.*at \\d{9}'`
    expect(joined!.n).toBeGreaterThan((PRINTERS.length * LINES * 0.9) / 50)
  } catch (error) {
    if (error instanceof Error) error.message += `\n\nThe worker's log ends:\n${scene.log()}`
    throw error
  } finally {
    await scene.close()
  }
})
