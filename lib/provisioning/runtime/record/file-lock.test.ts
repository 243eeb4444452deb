import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { identify } from '../../process/identity'
import { isLocked, withFileLock } from './file-lock'

let folder: string
let lock: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-lock-'))
  lock = join(folder, 'locks', 'one')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** As a holder that ended without letting go: its pid belongs to somebody else now. */
function leaveDeadHolder(): void {
  symlinkSync(`${process.pid} 0 ${identify(process.pid)!.startTime}0`, lock)
}

test('one at a time, also when a dead holder has left it', async () => {
  await withFileLock(lock, null, async () => undefined)
  leaveDeadHolder()
  expect(isLocked(lock)).toBe(false)
  let inside = 0
  let done = 0
  const work = () =>
    withFileLock(lock, null, async () => {
      expect(++inside).toBe(1)
      expect(isLocked(lock)).toBe(true)
      await turn()
      inside--
      done++
    })
  await Promise.all(Array.from({ length: 20 }, work))
  expect(done).toBe(20)
  expect(readdirSync(join(folder, 'locks'))).toEqual([])
})

test('is let go when the work fails, and waiting for it can be given up', async () => {
  await expect(withFileLock(lock, null, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  const abort = new AbortController()
  await withFileLock(lock, null, async () => {
    const waiting = withFileLock(lock, abort.signal, async () => undefined)
    abort.abort()
    await expect(waiting).rejects.toThrow()
  })
  expect(isLocked(lock)).toBe(false)
})
