import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'

import { log } from '../../log'
import { cgroupAt, openCgroups, type Cgroup, type CgroupLimits } from './cgroup'
import { findHierarchies, parseMembership, parseMounts } from './cgroup-hierarchies'

const NODE = process.execPath
const cgroups = openCgroups(log)
const controllers = new Set(findHierarchies().flatMap((hierarchy) => hierarchy.controllers))
const WHY = cgroups === null ? ' (skipped: no cgroup is writable here)' : ''
const without = (controller: 'memory' | 'cpu' | 'pids') => (controllers.has(controller) ? '' : ` (skipped: no ${controller} controller here)`)

let made: Cgroup[] = []
let count = 0
afterEach(async () => {
  for (const group of made) {
    await group.kill()
    expect(group.remove()).toBe(true)
    for (const directory of group.directories) expect(existsSync(directory)).toBe(false)
  }
  made = []
})

function group(limits: CgroupLimits = {}): Cgroup {
  const found = cgroups!.open(`test-${process.pid}-${count++}`, limits)!
  made.push(found)
  return found
}

/** Starts a script in a group and resolves with its first line. */
async function start(inside: Cgroup, script: string, env: Record<string, string> = {}): Promise<{ child: ChildProcess; line: string }> {
  const [program, ...args] = inside.enter([NODE, '-e', script])
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'ignore'], env: { ...env } as unknown as NodeJS.ProcessEnv })
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer]
  return { child, line: chunk.toString().split('\n')[0]! }
}

const WAIT = 'setInterval(() => {}, 1e6)'
/** Leaves its session, has an empty environment, and loses its parent. */
const FUGITIVE = `const { spawn } = require('child_process')
const middle = spawn(process.execPath, ['-e', ${JSON.stringify(`const c = require('child_process').spawn(process.execPath, ['-e', '${WAIT}'], { detached: true, stdio: 'ignore', env: {} }); c.unref(); console.log(c.pid)`)}], { detached: true, stdio: ['ignore', 'pipe', 'ignore'], env: {} })
let pid = ''
middle.stdout.on('data', (data) => (pid += data)).on('close', () => console.log(pid.trim()))
${WAIT}`

describe.skipIf(cgroups === null)(`a group of processes${WHY}`, () => {
  test('holds what is started in it, under the pid that was started, with its environment and arguments as they are', async () => {
    const inside = group()
    const { child, line } = await start(inside, `console.log(JSON.stringify([process.pid, process.env])); ${WAIT}`, { ONLY: 'this' })
    expect(JSON.parse(line)).toEqual([child.pid, { ONLY: 'this' }])
    expect(inside.members()).toEqual([child.pid])
  })

  test('ends a grandchild that left its session, wiped its environment and lost its parent', async () => {
    const inside = group()
    const { line } = await start(inside, FUGITIVE)
    expect(inside.members()).toContain(Number(line))
    await inside.kill()
    expect(inside.members()).toEqual([])
  })

  test('is found again by its folders, and ended one by one where the kernel cannot do it at a stroke', async () => {
    const { directories } = group({ pidsMax: 500 })
    const withoutStroke = directories.filter((directory) => !existsSync(`${directory}/cgroup.kill`))
    const inside = cgroupAt(withoutStroke.length > 0 ? withoutStroke.slice(0, 1) : directories)
    const { line } = await start(inside, FUGITIVE)
    expect(inside.members()).toContain(Number(line))
    await inside.kill()
    expect(inside.members()).toEqual([])
  })

  test('is made once by its name, and gone is success', async () => {
    const inside = group()
    expect(cgroups!.open(`test-${process.pid}-${count - 1}`, {})!.directories).toEqual(inside.directories)
    expect(inside.remove()).toBe(true)
    expect(inside.remove()).toBe(true)
    await inside.kill()
    expect(inside.members()).toEqual([])
    // A program still runs when its group has gone.
    const { child, line } = await start(inside, `console.log(process.pid); ${WAIT}`)
    expect(Number(line)).toBe(child.pid)
    child.kill('SIGKILL')
  })

  test('that is empty and forgotten is swept away, one with a process in it is not', async () => {
    const [empty, full] = [group(), group()]
    await start(full, `console.log('up'); ${WAIT}`)
    cgroups!.sweep(`test-${process.pid}-`, 3_600_000)
    expect(empty.directories.filter(existsSync)).toEqual(empty.directories)
    cgroups!.sweep(`test-${process.pid}-`, -1)
    expect(empty.directories.filter(existsSync)).toEqual([])
    expect(full.directories.filter(existsSync)).toEqual(full.directories)
  })

  test('refuses a name that would lead elsewhere', () => {
    expect(() => cgroups!.open('../up', {})).toThrow('cannot be the name')
  })

  test.skipIf(!controllers.has('memory'))(`that takes too much memory is ended by the kernel, which says so${without('memory')}`, async () => {
    const inside = group({ memoryMib: 96 })
    expect(inside.held.memory).toBe(true)
    expect(inside.memoryKills()).toBe(0)
    const { child } = await start(inside, `console.log('up'); const kept = []; setInterval(() => kept.push(Buffer.alloc(8 * 1024 * 1024, 1)), 1)`)
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')
    expect(inside.memoryKills()).toBeGreaterThan(0)
  })

  test.skipIf(!controllers.has('pids'))(`has no more processes than it may, and a fork bomb ends${without('pids')}`, async () => {
    const inside = group({ pidsMax: 40 })
    const bomb = `const { spawn } = require('child_process'); console.log('up'); setInterval(() => { for (let i = 0; i < 20; i++) spawn('/bin/sleep', ['1000'], { stdio: 'ignore', detached: true }).on('error', () => {}) }, 5)`
    await start(inside, bomb)
    while (inside.members().length < 10) await new Promise((resolve) => setImmediate(resolve))
    expect(inside.members().length).toBeLessThanOrEqual(40)
    await inside.kill()
    expect(inside.members()).toEqual([])
    const limits = inside.directories.map((directory) => `${directory}/pids.max`).filter(existsSync)
    expect(limits.map((file) => readFileSync(file, 'utf8').trim())).toEqual(['40'])
  })

  test.skipIf(!controllers.has('cpu'))(`gives way to others when the processors are busy${without('cpu')}`, () => {
    const inside = group({ cpuShare: 0.25 })
    const weights = inside.directories.flatMap((directory) => ['cpu.weight', 'cpu.shares'].map((file) => `${directory}/${file}`)).filter(existsSync)
    expect(weights.map((file) => Number(readFileSync(file, 'utf8')))).toEqual([weights[0]!.endsWith('shares') ? 256 : 25])
  })
})

describe('what the system says of its groups', () => {
  test('mounts of both versions, with their controllers', () => {
    const text = [
      '30 23 0:26 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw,nsdelegate',
      '31 23 0:27 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:11 - cgroup cgroup rw,cpu,cpuacct',
      '32 23 0:28 / /sys/fs/cgroup/free\\040zer rw - cgroup cgroup rw,freezer',
      '33 23 0:29 / /sys/fs/cgroup/with\\040space rw - cgroup cgroup rw,memory',
      '34 23 0:30 / /tmp rw - tmpfs tmpfs rw',
      '',
    ].join('\n')
    expect(parseMounts(text)).toEqual([
      { version: 2, root: '/', path: '/sys/fs/cgroup/unified', controllers: [] },
      { version: 1, root: '/docker/abc', path: '/sys/fs/cgroup/cpu,cpuacct', controllers: ['cpu'] },
      { version: 1, root: '/', path: '/sys/fs/cgroup/with space', controllers: ['memory'] },
    ])
  })

  test('the groups of a process', () => {
    expect(parseMembership('8:memory:/a b\n1:name=systemd:/init\n0::/user.slice/x:y\n')).toEqual([
      { controllers: ['memory'], path: '/a b' },
      { controllers: ['name=systemd'], path: '/init' },
      { controllers: [], path: '/user.slice/x:y' },
    ])
  })
})
