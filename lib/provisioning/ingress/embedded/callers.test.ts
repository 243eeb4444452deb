import { fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { until } from '../conformance/stage'
import { processCallers, type System } from './callers'

const socket = (remotePort: number, localPort = 9_000) => ({ remotePort, localPort, once: () => {} }) as unknown as Socket
const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
const line = (local: number, remote: number, inode: string, state = '01') => `   0: 0100007F:${hex(local)} 0100007F:${hex(remote)} ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 20 4 30 10 -1`

function system(over: Partial<System> = {}): System & { looks: number } {
  const fake = {
    looks: 0,
    connections: async () => {
      fake.looks++
      return ['  sl  local_address rem_address   st', line(4_000, 9_000, '77'), line(9_000, 4_000, '78'), line(4_001, 9_000, '79', '06'), line(4_002, 9_001, '80'), '']
    },
    processes: async () => ['1', '2', '3'],
    serviceOf: async (pid: string) => ({ 2: 'svc_web', 3: 'svc_job' })[pid] ?? '',
    socketsOf: async (pid: string) => ({ 1: ['80'], 2: ['5', '77'], 3: ['79'] })[pid] ?? [],
    ...over,
  }
  return fake
}

test('a connection is of the service whose process has its other end', async () => {
  const callers = processCallers(system())
  const known = socket(4_000)
  const others = [socket(4_001), socket(4_002), socket(4_003)]
  for (const met of [known, ...others]) callers.meet(met)
  await until(() => callers.of(known), (id) => id === 'svc_web')
  // One that is over, one to another port, and one that nobody has: nothing is known of them.
  expect(others.map((other) => callers.of(other))).toEqual(['', '', ''])
  callers.close()
})

test('many that come at once take one look', async () => {
  const fake = system()
  const callers = processCallers(fake)
  const met = [socket(4_000), ...Array.from({ length: 300 }, (_, i) => socket(20_000 + i))]
  for (const each of met) callers.meet(each)
  await until(() => callers.of(met[0]!), (id) => id !== '')
  expect(fake.looks).toBe(1)
  callers.close()
})

test('a system that says nothing costs nothing but knowledge', async () => {
  const failed = { count: 0 }
  const callers = processCallers(
    system({
      connections: async () => {
        failed.count++
        throw new Error('There is no /proc.')
      },
    }),
  )
  const met = socket(4_000)
  callers.meet(met)
  await until(() => failed.count, (count) => count > 0)
  expect(callers.of(met)).toBe('')
  callers.close()
})

const hasProc = (() => {
  try {
    return readFileSync('/proc/net/tcp').length > 0
  } catch {
    return false
  }
})()

test.skipIf(!hasProc)('this system knows a program that keeps its connection', async () => {
  const callers = processCallers()
  const met: Socket[] = []
  const server = createServer((each) => {
    met.push(each)
    callers.meet(each)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const folder = mkdtempSync(join(tmpdir(), 'caller-'))
  writeFileSync(join(folder, 'caller.mjs'), `import { connect } from 'node:net'; connect(${(server.address() as AddressInfo).port}, '127.0.0.1')`)
  const program = fork(join(folder, 'caller.mjs'), [], { env: { ...process.env, EASEL_SERVICE_ID: 'svc_real' }, execArgv: [] })
  try {
    await until(() => met[0] && callers.of(met[0]), (id) => id === 'svc_real')
  } finally {
    program.kill('SIGKILL')
    callers.close()
    met.forEach((each) => each.destroy())
    server.close()
    rmSync(folder, { recursive: true })
  }
})
