import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { claimDemoFolder, isDemoFolder } from './folder'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'easel-demo-'))))
afterEach(() => rm(folder, { recursive: true }))

it('takes an empty folder, and the same one again', async () => {
  await claimDemoFolder(folder)
  await writeFile(join(folder, 'more'), '')
  await claimDemoFolder(folder)
  expect(await isDemoFolder(folder)).toBe(true)
})

it('takes no folder that something else made', async () => {
  await writeFile(join(folder, 'easel.pid'), '1')
  await expect(claimDemoFolder(folder)).rejects.toThrow('was not made by a demo')
  expect(await isDemoFolder(folder)).toBe(false)
})
