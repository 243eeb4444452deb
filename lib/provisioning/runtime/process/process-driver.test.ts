import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { until as eventually } from '@/test/harness/until'
import { openCgroups } from '../../process/cgroup'
import { groupMembers } from '../../process/group-members'
import { identify, isAlive } from '../../process/identity'
import { find, isHealthy, untilSeen } from '../conformance'
import { makeProcessSubject, type ProcessSubject } from './process-subject'
import { processDriver } from './process-driver'
import { processesOf, runFolder } from './run-folder'
import { usableState } from './state'

const never = new AbortController().signal
const LINUX = process.platform === 'linux'
const KERNEL_KEEPS = openCgroups(pino({ level: 'silent' })) !== null
let t: ProcessSubject
beforeEach(async () => {
  t = await makeProcessSubject()
})
afterEach(() => t.dispose())

async function until(met: () => boolean): Promise<void> {
  const limit = Date.now() + 15_000
  while (!met()) {
    if (Date.now() > limit) throw new Error('It did not happen in time.')
    await sleep(20)
  }
}

describe('what a workload is given', { timeout: 60_000 }, () => {
  test('its variables and four of ours, nothing of the platform', async () => {
    const app = t.workload('serves')
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
    const seen = (await (await fetch(`http://127.0.0.1:${app.port}/`)).json()) as Record<string, string>
    const folder = runFolder(t.paths, app.name)
    expect(Object.keys(seen).sort()).toEqual([...Object.keys(app.env), 'HOME', 'LANG', 'PATH', 'TMPDIR'].sort())
    expect(seen).toMatchObject({ ...app.env, HOME: folder.home, TMPDIR: folder.temporary })
  })

  test('secrets are in no file and in no list of processes', async () => {
    const made = t.workload('serves')
    const app = { ...made, env: { ...made.env, DATABASE_PASSWORD: 'open-sesame' } }
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
    const folder = runFolder(t.paths, app.name)
    for (const file of [folder.state, folder.keeper, folder.stdout, folder.stderr]) expect(readFileSync(file, 'utf8')).not.toContain('open-sesame')
    if (LINUX) {
      const members = groupMembers(processesOf(folder, usableState(folder)!.leader))
      expect(members.length).toBeGreaterThan(0)
      for (const { pid } of members) expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('open-sesame')
    }
    expect(statSync(folder.path).mode & 0o777).toBe(0o700)
    expect(statSync(folder.stdout).mode & 0o777).toBe(0o600)
    expect(statSync(folder.state).mode & 0o777).toBe(0o600)
  })

  test('arguments arrive as they are', async () => {
    const made = await t.script(`console.log(JSON.stringify(process.argv.slice(2)))`)
    const args = ['$HOME', '`id`', 'a b', "it's", '"', '', '*', '-n', '; exit 3']
    const app = { ...made, start: { kind: 'command' as const, argv: ['node', `${made.name}.cjs`, ...args], cwd: made.start.kind === 'command' ? made.start.cwd : '' } }
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, (seen) => seen.phase === 'exited')
    expect(JSON.parse(readFileSync(runFolder(t.paths, app.name).stdout, 'utf8'))).toEqual(args)
  })

  test.runIf(LINUX)('a keeper of about a megabyte', async () => {
    const app = t.workload('serves')
    await t.driver.apply(app, never)
    const { pid } = usableState(runFolder(t.paths, app.name))!.leader!
    const kib = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1])
    expect(kib).toBeLessThan(4_096)
  })
})

describe('ending', { timeout: 60_000 }, () => {
  test('lets a program finish its work, and tells it once', async () => {
    const app = await t.script(`process.on('SIGTERM', () => { console.log('asked'); setTimeout(() => process.exit(3), 200) }); console.log('up'); setInterval(() => {}, 1000)`)
    await t.driver.apply(app, never)
    const stdout = () => readFileSync(runFolder(t.paths, app.name).stdout, 'utf8')
    await until(() => stdout() === 'up\n')
    await t.driver.stop(app, 5_000, never)
    expect(stdout()).toBe('up\nasked\n')
    expect(await find(t.driver, app.name)).toMatchObject({ exit: { code: 3, signal: null, byPlatform: true } })
  })

  test('kills a program that does not listen, and what it started outside its group', async () => {
    const stubborn = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`
    const app = await t.script(
      `${stubborn} const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(stubborn)}], { detached: true, stdio: 'ignore' }); child.unref(); child.once('spawn', () => console.log('up'))`,
    )
    await t.driver.apply(app, never)
    const folder = runFolder(t.paths, app.name)
    await until(() => readFileSync(folder.stdout, 'utf8') === 'up\n')
    const search = processesOf(folder, usableState(folder)!.leader)
    expect(groupMembers(search).length).toBe(3)
    await t.driver.stop(app, 300, never)
    expect(groupMembers(search)).toEqual([])
    expect(await find(t.driver, app.name)).toMatchObject({ exit: { signal: 'SIGKILL', byPlatform: true } })
  })

  test('what a program leaves behind when it exits is ended, so that its port is free', async () => {
    const child = `require('node:http').createServer((q, r) => r.end()).listen(Number(process.env.PORT), '127.0.0.1', () => process.send('up'))`
    const app = await t.script(
      `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }); child.once('message', () => process.exit(0))`,
    )
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, (seen) => seen.phase === 'exited')
    await t.driver.apply(app, never)
    expect(await find(t.driver, app.name)).toMatchObject({ restarts: 1 })
  })

  test('a program that forks and exits ends with its first process, with its code, and leaves nothing', async () => {
    const daemon = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('daemon')`
    const middle = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(daemon)}], { detached: true, stdio: 'inherit' }).unref()`
    const app = await t.script(`require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(middle)}], { detached: true, stdio: 'inherit' }).once('exit', () => setTimeout(() => process.exit(5), 100))`)
    await t.driver.apply(app, never)
    const folder = runFolder(t.paths, app.name)
    await until(() => readFileSync(folder.stdout, 'utf8') === 'daemon\n')
    expect(await untilSeen(t.driver, app.name, (seen) => seen.phase === 'exited')).toMatchObject({ exit: { code: 5, signal: null, byPlatform: false } })
    await until(() => groupMembers(processesOf(folder, null)).length === 0)
    expect(await find(t.driver, app.name)).toMatchObject({ phase: 'exited', exit: { code: 5, byPlatform: false } })
  })

  test.runIf(KERNEL_KEEPS)('finds what has left its group, lost its parent and wiped its environment', async () => {
    const hidden = `process.on('SIGTERM', () => {}); console.log(process.pid); setInterval(() => {}, 1000)`
    const middle = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(hidden)}], { detached: true, stdio: 'inherit', env: {} }).unref()`
    const app = await t.script(`require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(middle)}], { detached: true, stdio: 'inherit', env: {} }); setInterval(() => {}, 1000)`)
    await t.driver.apply(app, never)
    const folder = runFolder(t.paths, app.name)
    await until(() => readFileSync(folder.stdout, 'utf8').endsWith('\n'))
    const escaped = identify(Number(readFileSync(folder.stdout, 'utf8')))!
    const { leader, cgroup } = usableState(folder)!
    // When its parent has ended nothing but the kernel knows whose it is.
    await until(() => !groupMembers(processesOf(folder, leader)).some(({ pid }) => pid === escaped.pid))
    await (await t.reopen()).stop(app, 300, never)
    expect(isAlive(escaped)).toBe(false)
    expect(cgroup.filter((directory) => existsSync(directory))).toEqual([])
  })

  test('a name that leads out of the folder is refused', async () => {
    await expect(t.driver.remove({ name: '../..', environmentId: '', serviceId: '', deploymentId: '' }, 0, never)).rejects.toMatchObject({ code: 'invalid_input' })
  })
})

describe('health', { timeout: 60_000 }, () => {
  const listen = (where: string) => `require('node:http').createServer((q, r) => { r.statusCode = 404; r.end() }).listen(${where})`

  test('an app on ::1 only is found there', async () => {
    const app = await t.script(listen(`Number(process.env.PORT), '::1'`))
    await t.driver.apply(app, never)
    expect((await untilSeen(t.driver, app.name, isHealthy)).address).toEqual({ host: '::1', port: app.port })
  })

  test.runIf(LINUX)('an app on another port is told so', async () => {
    const app = await t.script(listen(`0, '127.0.0.1', function () { console.log(this.address().port) }`))
    await t.driver.apply(app, never)
    const seen = await untilSeen(t.driver, app.name, (found) => found.listening.length > 0)
    const port = Number(readFileSync(runFolder(t.paths, app.name).stdout, 'utf8'))
    expect(seen).toMatchObject({ phase: 'starting', listening: [port] })
    expect(seen.healthMessage).toContain(`Nothing listens on port ${app.port}; it listens on port ${port} instead.`)
  })

  test('kind http wants an answer below 400', async () => {
    const made = await t.script(listen(`Number(process.env.PORT), '127.0.0.1'`))
    const app = { ...made, health: { ...made.health!, kind: 'http' as const, path: '/ready' } }
    await t.driver.apply(app, never)
    expect(await untilSeen(t.driver, app.name, (seen) => seen.healthMessage?.startsWith('GET') ?? false)).toMatchObject({
      phase: 'starting',
      healthMessage: 'GET /ready answered 404 Not Found.',
    })
  })

  test.each([
    ['auto', `socket.write('220 ready\\r\\n')`],
    ['tcp', ''],
  ] as const)('kind %s takes an app that does not speak HTTP', async (kind, answer) => {
    const made = await t.script(`require('node:net').createServer((socket) => { socket.on('error', () => {}); ${answer} }).listen(Number(process.env.PORT), '127.0.0.1')`)
    const app = { ...made, health: { ...made.health!, kind } }
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
  })

  test('an app is healthy only after as many passed checks in a row as are wanted', async () => {
    const made = await t.script(`let count = 0; require('node:http').createServer((q, r) => { console.log(++count); r.end() }).listen(Number(process.env.PORT), '127.0.0.1')`)
    const app = { ...made, health: { ...made.health!, successes: 3 } }
    const checks = () => readFileSync(runFolder(t.paths, app.name).stdout, 'utf8').split('\n').length - 1
    await t.driver.apply(app, never)
    await until(() => checks() > 0)
    await untilSeen(t.driver, app.name, isHealthy)
    expect(checks()).toBeGreaterThanOrEqual(3)
  })

  describe('by command', () => {
    const serves = `require('node:http').createServer((q, r) => r.end()).listen(Number(process.env.PORT), '127.0.0.1')`
    const byCommand = async (text: string, fields: { timeoutMs?: number; intervalMs?: number } = {}) => {
      const made = await t.script(serves)
      return { ...made, env: { ...made.env, CHECKED: 'yes' }, health: { ...made.health!, kind: 'command' as const, argv: ['node', '-e', text], ...fields } }
    }

    test('runs in the folder of the program with its variables, and its last line is said', async () => {
      const app = await byCommand(`const { env, cwd } = process; console.log('first'); console.log([env.CHECKED, env.PORT, env.HOME, cwd()].join(' ')); process.exit(3)`)
      await t.driver.apply(app, never)
      const seen = await untilSeen(t.driver, app.name, (found) => found.healthMessage !== null)
      const folder = runFolder(t.paths, app.name)
      const cwd = app.start.kind === 'command' ? app.start.cwd : ''
      expect(seen).toMatchObject({ phase: 'starting', healthMessage: `The check "node" ended with code 3. Its last line: yes ${app.port} ${folder.home} ${cwd}` })
    })

    test('is run by the next worker as well, which was never told the variables', async () => {
      const app = await byCommand(`process.exit(process.env.CHECKED === 'yes' ? 0 : 1)`)
      await t.driver.apply(app, never)
      await t.driver.close()
      expect((await untilSeen(t.openDriver(), app.name, isHealthy)).address).toEqual({ host: '127.0.0.1', port: app.port })
    })

    test('has the variables as of now, whatever the program was started with', async () => {
      const app = await byCommand(`process.exit(process.env.CHECKED === 'now' ? 0 : 1)`)
      await t.driver.apply(app, never)
      await untilSeen(t.driver, app.name, (found) => found.healthMessage !== null)
      await t.driver.close()
      const asked: string[] = []
      const driver = processDriver({ paths: t.paths, log: pino({ level: 'silent' }), platformEntry: { staticServer: '' }, environmentNow: async (deploymentId) => (asked.push(deploymentId), { CHECKED: 'now' }) })
      await untilSeen(driver, app.name, isHealthy).finally(() => driver.close())
      expect(new Set(asked)).toEqual(new Set([app.deploymentId]))
    })

    test.each(['takes too long', 'is under way when the driver closes'])('is ended with all it started when it %s, and the program lives on', async (when) => {
      const child = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('child')`
      const slow = when === 'takes too long' ? { timeoutMs: 1_000 } : { timeoutMs: 60_000 }
      const app = await byCommand(
        `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { detached: true }); child.stdout.once('data', () => require('node:fs').writeFileSync(process.env.HOME + '/up', String(child.pid)))`,
        slow,
      )
      await t.driver.apply(app, never)
      const folder = runFolder(t.paths, app.name)
      await until(() => existsSync(join(folder.home, 'up')) && readFileSync(join(folder.home, 'up'), 'utf8') !== '')
      const started = identify(Number(readFileSync(join(folder.home, 'up'), 'utf8')))
      if (when === 'takes too long') {
        const seen = await untilSeen(t.driver, app.name, (found) => found.healthMessage !== null)
        expect(seen.healthMessage).toBe('The check "node" did not end within 1 second.')
      } else await t.driver.close()
      expect(started === null || !isAlive(started)).toBe(true)
      expect(isAlive(usableState(folder)!.leader!)).toBe(true)
    })

    test('by a program that is not there is said so', async () => {
      const made = await t.script(serves)
      const app = { ...made, health: { ...made.health!, kind: 'command' as const, argv: ['no-such-check'] } }
      await t.driver.apply(app, never)
      const seen = await untilSeen(t.driver, app.name, (found) => found.healthMessage !== null)
      expect(seen).toMatchObject({ phase: 'starting', healthMessage: expect.stringContaining('"no-such-check" was not found') })
    })
  })

  test('an app that accepts and never answers is not healthy', async () => {
    const made = await t.script(`require('node:net').createServer(() => {}).listen(Number(process.env.PORT), '127.0.0.1')`)
    const app = { ...made, health: { ...made.health!, timeoutMs: 300 } }
    await t.driver.apply(app, never)
    const seen = await untilSeen(t.driver, app.name, (found) => found.healthMessage?.startsWith('GET') ?? false)
    expect(seen).toMatchObject({ phase: 'starting', healthMessage: 'GET / did not answer within 0.3 seconds.' })
  })

  test('a folder to run in that is gone is said so', async () => {
    const made = t.workload('serves')
    const app = { ...made, start: { kind: 'command' as const, argv: ['node', 'app.cjs'], cwd: join(t.paths.workloads, 'absent') } }
    await t.driver.apply(app, never)
    expect(await find(t.driver, app.name)).toMatchObject({ exit: { code: 127 }, healthMessage: expect.stringContaining('does not exist') })
  })
})

test('the target is usable here', async () => {
  expect(await t.driver.probe(never)).toEqual({ ok: true })
})

test('what lives is measured, without limits; processor time from the second look on', { timeout: 60_000 }, async () => {
  const busy = await t.script(`const block = Buffer.alloc(48 * 1024 * 1024, 1); console.log('up'); setInterval(() => { for (const until = Date.now() + 40; Date.now() < until; ) block.at(0) }, 80)`)
  await t.driver.apply(busy, never)
  await until(() => readFileSync(runFolder(t.paths, busy.name).stdout, 'utf8') === 'up\n')
  const mine = async () => (await t.driver.use(never)).find(({ name }) => name === busy.name)
  const first = (await mine())!
  expect(first).toMatchObject({ serviceId: busy.serviceId, part: '0', memoryLimitBytes: null, cpuMilli: null, cpuLimitMilli: null, pidsLimit: null })
  expect(first.memoryBytes).toBeGreaterThan(48 * 1024 * 1024)
  expect(first.pids).toBeGreaterThan(0)
  await eventually('processor time to be measured', async () => ((await mine())?.cpuMilli ?? 0) > 0)
  await t.driver.stop(busy, 100, never)
  expect(await mine()).toBeUndefined()
})
