import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls, createServer } from 'node:tls'

import { afterEach, expect, test } from 'vitest'

import { certificate } from '../../conformance/certificate'
import { afterwards, cleanUp, until } from '../../conformance/stage'
import { paceHandshakes } from './pace-handshakes'

afterEach(cleanUp)

async function serving(most: number) {
  const { chainPem, keyPem } = certificate('cert_a', ['shop.example'])
  const server = createServer({ cert: chainPem, key: keyPem }, (socket) => socket.on('error', () => {}).end('here'))
  server.on('tlsClientError', (_, socket) => void socket.destroy())
  paceHandshakes(server, { perTurn: 2, most })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterwards(() => void server.close())
  return (server.address() as { port: number }).port
}

/** Comes and says nothing; tells when it was sent away. */
function silent(port: number) {
  const state = { isOpen: true }
  const socket = connect(port, '127.0.0.1').on('error', () => {}).once('close', () => (state.isOpen = false))
  afterwards(() => void socket.destroy())
  return { state, socket, come: once(socket, 'connect') }
}

async function answer(port: number): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  let heard = ''
  for await (const piece of socket) heard += String(piece)
  return heard
}

test('everybody who comes at once is served, a few in a turn', async () => {
  const port = await serving(100)
  expect(await Promise.all(Array.from({ length: 40 }, () => answer(port)))).toEqual(Array.from({ length: 40 }, () => 'here'))
})

test('of those who never finish the oldest is sent away, and who finishes is none of them', async () => {
  const port = await serving(3)
  const guests: ReturnType<typeof silent>[] = []
  for (let i = 0; i < 5; i++) {
    guests.push(silent(port))
    await guests[i]!.come
  }
  await until(() => guests.map(({ state }) => state.isOpen), (open) => open.filter(Boolean).length === 3)
  expect(guests.map(({ state }) => state.isOpen)).toEqual([false, false, true, true, true])
  expect(await answer(port)).toBe('here')
  await until(() => guests.map(({ state }) => state.isOpen), ([, , third]) => !third)
  expect(guests.map(({ state }) => state.isOpen)).toEqual([false, false, false, true, true])
})
