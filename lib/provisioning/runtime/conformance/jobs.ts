import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

import type { RuntimeDriver, Workload } from '../driver'
import { endOf, find, GRACE_MS, hasExited, never, untilSeen, type Subject } from './subject'

// A job runs once.

export function jobs(subject: () => Subject): void {
  const job = (fields: Partial<Workload> = {}) => subject().workload('works', { role: 'job', part: 'run_1', port: null, health: null, ...fields })
  const printed = async (driver: RuntimeDriver, { name }: Workload) => readFile((await driver.logFiles(never)).find((file) => file.name === name && file.stream === 'stdout')!.path, 'utf8')

  test('a job runs at once, and has ended with its code', async () => {
    const { driver, exit } = subject()
    const app = job()
    await driver.apply(app, never)
    expect(await find(driver, app.name)).toMatchObject({ role: 'job', part: 'run_1', phase: 'running', health: 'unknown', healthMessage: null, address: null, exit: null })
    await expect.poll(() => printed(driver, app)).toBe('up\n')
    await exit(app, 3)
    expect(await untilSeen(driver, app.name, hasExited)).toMatchObject({ health: 'unknown', pid: null, exit: { code: 3, signal: null, byPlatform: false } })
  })

  test('a job is started once, however often it is applied and whoever applies it', async () => {
    const { driver, exit, reopen } = subject()
    const app = job()
    await Promise.all([driver.apply(app, never), driver.apply(app, never)])
    const first = await find(driver, app.name)
    await expect.poll(() => printed(driver, app)).toBe('up\n')
    const second = await reopen()
    await second.apply({ ...app, generation: 2 }, never)
    expect(await find(second, app.name)).toMatchObject({ pid: first!.pid, phase: 'running', generation: 2 })
    await exit(app, 0)
    const ended = await untilSeen(second, app.name, hasExited)
    await (await reopen()).apply({ ...app, generation: 2 }, never)
    const last = await reopen()
    expect(await find(last, app.name)).toMatchObject({ phase: 'exited', exit: ended.exit, restarts: 0, startedAt: first!.startedAt })
    expect(await printed(last, app)).toBe('up\n')
  })

  test('a job that is stopped has ended by the platform, and is not started again', async () => {
    const { driver } = subject()
    const app = job()
    await driver.apply(app, never)
    await driver.stop(app, GRACE_MS, never)
    await driver.stop(app, GRACE_MS, never)
    expect(await find(driver, app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true } })
    await driver.apply(app, never)
    expect(await find(driver, app.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true }, restarts: 0 })
  })

  test('a job that was removed is not started a second time', async () => {
    const { driver, reopen } = subject()
    const app = job()
    await driver.apply(app, never)
    await driver.remove(app, GRACE_MS, never)
    await expect(driver.apply(app, never)).rejects.toMatchObject({ code: 'stale_generation' })
    expect(await (await reopen()).observe(null, never)).toEqual([])
  })

  test('a job whose program is not there has ended, with a sentence', async () => {
    const { driver, workload } = subject()
    const app = workload('missing', { role: 'job', part: 'run_1', port: null, health: null })
    await driver.apply(app, never)
    await driver.apply(app, never)
    const seen = await endOf(driver, app)
    expect(seen).toMatchObject({ phase: 'exited', exit: { code: 127, byPlatform: false }, restarts: 0 })
    expect(seen!.healthMessage).toContain('was not found')
  })
}
