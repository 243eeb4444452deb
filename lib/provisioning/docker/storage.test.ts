import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'

import { expect, it } from 'vitest'

import { diskAt } from './storage'

it('says of a disk what df says', async () => {
  const [, used, available] = execFileSync('df', ['-P', '-k', tmpdir()], { encoding: 'utf8' }).split('\n')[1]!.split(/\s+/).slice(1).map(Number).map((kib) => kib * 1024) as [number, number, number]
  const disk = (await diskAt(tmpdir()))!
  // Others write meanwhile.
  expect(Math.abs(disk.totalBytes / (used + available) - 1)).toBeLessThan(0.02)
  expect(Math.abs(1 - disk.freeBytes / disk.totalBytes - used / (used + available))).toBeLessThan(0.02)
})

it('says nothing of a folder that is not there', async () => {
  expect(await diskAt('/nowhere/at/all')).toBeNull()
})
