import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { runCommand } from '../../process/run-command'
import { find, hasExited, isHealthy, untilSeen } from '../conformance'
import { makeProcessSubject, type ProcessSubject } from './process-subject'

// The data folder on a file system of its own, which is filled to the last byte. Needs the right to mount one.

const never = new AbortController().signal
const command = (argv: string[]) => runCommand({ argv, cwd: '/', env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }, signal: never, timeoutMs: 10_000 })

async function mountSmall(): Promise<string | null> {
  if (process.platform !== 'linux') return null
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'))
  const isMounted = await command(['mount', '-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).then(({ code }) => code === 0, () => false)
  if (isMounted) return folder
  rmSync(folder, { recursive: true })
  return null
}

async function unmount(folder: string): Promise<void> {
  await command(['umount', folder])
  rmSync(folder, { recursive: true })
}

const probe = await mountSmall()
if (probe) await unmount(probe)

describe.runIf(probe !== null)('a full disk', { timeout: 60_000 }, () => {
  let t: ProcessSubject
  let disk: string
  const filler = () => join(disk, 'filler')
  beforeEach(async () => {
    disk = (await mountSmall())!
    t = await makeProcessSubject(undefined, disk)
  })
  afterEach(async () => {
    rmSync(filler(), { force: true })
    await t.dispose()
    await unmount(disk)
  })

  function fill(): void {
    const handle = openSync(filler(), 'a')
    try {
      for (let size = 65_536; size >= 1; ) {
        try {
          writeSync(handle, Buffer.alloc(size))
        } catch (error) {
          expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
          size = Math.floor(size / 2)
        }
      }
    } finally {
      closeSync(handle)
    }
  }

  test('lets what runs run, be stopped and be removed, and says how it ended', async () => {
    const [stays, exits, stopped] = [t.workload('serves'), t.workload('serves'), t.workload('serves')]
    for (const app of [stays, exits, stopped]) await t.driver.apply(app, never)
    for (const app of [stays, exits, stopped]) await untilSeen(t.driver, app.name, isHealthy)
    fill()
    await t.exit(exits, 9)
    expect(await untilSeen(t.driver, exits.name, hasExited)).toMatchObject({ exit: { code: 9, byPlatform: false } })
    await t.driver.stop(stopped, 3_000, never)
    const next = await t.reopen()
    expect(await find(next, stopped.name)).toMatchObject({ phase: 'exited', exit: { byPlatform: true } })
    expect(await find(next, stays.name)).toMatchObject({ phase: 'running', health: 'healthy' })
    await next.remove(stopped, 3_000, never)
    expect((await next.observe(null, never)).map(({ name }) => name).sort()).toEqual([exits.name, stays.name].sort())
  })

  test('refuses a start with the reason, and starts when there is room again', async () => {
    const app = t.workload('serves')
    fill()
    await expect(t.driver.apply(app, never)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('no space left') })
    rmSync(filler())
    await t.driver.apply(app, never)
    await untilSeen(t.driver, app.name, isHealthy)
  })
})
