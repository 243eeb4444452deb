import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { until } from '../harness/until'

// A real registry on a port of the loopback, where an engine accepts it without TLS.

export const PASSWORD = 'a password of a test'
/** bcrypt of PASSWORD. */
const HASH = '$2a$05$abcdefghijklmnopqrstuu1TcdHNfnKQePfxmienu/XhHmAMG18.S'

/** Whether the program is on this machine. */
export const hasRegistry = spawnSync('docker-registry', ['--version']).error === undefined

export type TestRegistry = { address: string; stop(): Promise<void> }

/** `isPrivate`: it wants the user `easel` with PASSWORD. */
export async function startRegistry(isPrivate: boolean): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-registry-'))
  const port = await freePort()
  const auth = isPrivate ? ['auth:', '  htpasswd:', '    realm: tests', `    path: ${join(folder, 'users')}`] : []
  await writeFile(join(folder, 'users'), `easel:${HASH}\n`)
  await writeFile(join(folder, 'config.yml'), ['version: 0.1', 'log:', '  level: error', 'storage:', '  filesystem:', `    rootdirectory: ${join(folder, 'data')}`, 'http:', `  addr: 127.0.0.1:${port}`, ...auth, ''].join('\n'))
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], { stdio: 'ignore' })
  const address = `127.0.0.1:${port}`
  await until('the registry to answer', () => fetch(`http://${address}/v2/`).then(({ status }) => status === (isPrivate ? 401 : 200), () => false))
  return {
    address,
    async stop() {
      child.kill()
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A port of the loopback that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
