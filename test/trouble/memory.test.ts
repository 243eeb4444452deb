import { afterAll, beforeAll, expect, test } from 'vitest'

import { openLane, type Lane } from '../fault/lane'
import { server } from './apps'
import { beside, commandsIn, untilGone } from './bystander'

// Builds that want more memory than they may have.

const FIRST_PORT = 26_300
const LIMIT_MIB = 192

let lane: Lane
beforeAll(async () => void (lane = await openLane(FIRST_PORT)))
afterAll(() => lane.close())

/** Takes memory for ever, a little at a time, and uses it. */
const GREEDY = "const taken = []\nsetInterval(() => taken.push(Buffer.alloc(16 * 1024 * 1024, 1)), 20)\n"
/** Children that take it; the parent waits for all of them, and ends as badly as they did. */
const GREEDY_FAMILY = `const { spawn } = require('node:child_process')
const children = [1, 2, 3].map(() => spawn(process.execPath, ['build.js'], { stdio: 'inherit' }))
for (const child of children) child.once('exit', (code) => { if (code !== 0) process.exitCode = 1 })
`

for (const [what, command] of [['takes memory for ever', 'node build.js'], ['forks children that take memory for ever', 'node family.js']] as const) {
  test(`a build that ${what} ends as out of memory and nothing else suffers`, () =>
    beside(lane, { worker: { EASEL_BUILD_MEMORY_MIB: String(LIMIT_MIB) } }, async (scene) => {
      const service = await scene.service('greedy', { 'server.js': server('never'), 'build.js': GREEDY, 'family.js': GREEDY_FAMILY }, { buildCommand: command })
      const ended = await scene.ended(await scene.deploy(service))
      expect(ended).toMatchObject({ status: 'failed', reason: 'out_of_memory' })
      expect(ended.message).toMatch(new RegExp(`^${command} .+ memory.*\\. .*${LIMIT_MIB} MiB`))
      await untilGone('the build', () => commandsIn(scene).some((found) => /build\.js|family\.js/.test(found)))
    }))
}
