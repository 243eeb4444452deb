import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'

import { isItself, probePort } from './probe-port'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

it('knows a connection that leads to itself, and no other', async () => {
  const port = await freePort()
  const itself = connect({ host: '127.0.0.1', port, localPort: port })
  await once(itself, 'connect')
  itself.on('error', () => undefined)
  expect(isItself(itself)).toBe(true)
  itself.resetAndDestroy()
  await once(itself, 'close')

  // And has left the port to whoever wants to listen there.
  const server = createServer((socket) => void socket.on('error', () => undefined).end('hello\r\n')).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const other = connect({ host: '127.0.0.1', port })
  await once(other, 'connect')
  expect(isItself(other)).toBe(false)
  other.destroy()
  expect((await probePort({ port, check: { kind: 'tcp', path: '/', timeoutMs: 1_000 }, host: null, signal: new AbortController().signal })).finding).toEqual({ kind: 'connected' })
  server.close()
})
