import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { groupUse } from './group-use'

async function folder(files: Record<string, string>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'group-use-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text)
  return path
}

test('a group of version 2 is read from one folder, without what is only kept from files', async () => {
  const path = await folder({ 'memory.current': '5000\n', 'memory.stat': 'anon 1\ninactive_file 1200\n', 'cpu.stat': 'usage_usec 777\nuser_usec 1\n', 'io.stat': '8:0 rbytes=4096 wbytes=10 rios=1 wios=1 dbytes=7 dios=0\n8:16 rbytes=100 wbytes=20 rios=1\n' })
  expect(groupUse([path], [1, 2])).toEqual({ memoryBytes: 3800, cpuUs: 777, pids: 2, disk: { readBytes: 4196, writtenBytes: 30 } })
  await rm(path, { recursive: true })
})

test('groups of version 1 are read from several, each with what it counts', async () => {
  const [memory, cpu] = [await folder({ 'memory.usage_in_bytes': '9000\n', 'memory.stat': 'inactive_file 5\ntotal_inactive_file 1000\n' }), await folder({ 'cpuacct.usage': '2000000\n' })]
  expect(groupUse([cpu, memory], [2 ** 22 + 1])).toEqual({ memoryBytes: 8000, cpuUs: 2000, pids: 1, disk: null })
  await rm(memory, { recursive: true })
  await rm(cpu, { recursive: true })
})

test.runIf(process.platform === 'linux')('without a group it is what its processes hold together', async () => {
  const child = spawn(process.execPath, ['-e', 'const b = Buffer.alloc(64 * 1024 * 1024, 1); process.stdout.write("up"); setInterval(() => b, 1000)'], { stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const alone = groupUse([], [child.pid!])
    expect(alone.memoryBytes).toBeGreaterThan(64 * 1024 * 1024)
    expect(alone.cpuUs).toBeGreaterThanOrEqual(0)
    expect(alone.disk).toEqual({ readBytes: expect.any(Number), writtenBytes: expect.any(Number) })
    const both = groupUse([], [child.pid!, process.pid])
    expect(both.memoryBytes).toBeGreaterThan(alone.memoryBytes!)
    // One that has ended since the list was made costs nothing.
    expect(groupUse([], [child.pid!, 2 ** 22 + 1]).memoryBytes).toBeGreaterThan(64 * 1024 * 1024)
  } finally {
    child.kill('SIGKILL')
  }
})

test('of nothing nothing is known', () => expect(groupUse([], [])).toEqual({ memoryBytes: null, cpuUs: null, pids: 0, disk: null }))
