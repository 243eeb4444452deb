import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { log } from '../../../log'
import type { TcpRoute } from '../table'
import { tcpListeners, type TcpListeners } from './tcp-listeners'

let echo: Server
let listeners: TcpListeners
let route: TcpRoute

const listen = async (server: Server) => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

beforeEach(async () => {
  echo = createServer((socket) => void socket.on('error', () => {}).pipe(socket))
  const free = createServer()
  const port = await listen(free)
  free.close()
  await once(free, 'close')
  route = { serviceId: 'svc_a', port, allow: ['127.0.0.0/8'], targets: [{ host: '127.0.0.1', port: await listen(echo) }] }
  listeners = tcpListeners({ host: '127.0.0.1', connectMs: 1_000, most: 2, log })
})
afterEach(async () => {
  await listeners.close()
  echo.close()
})

/** A connection, and whether what is said there comes back. */
async function visit(): Promise<{ socket: Socket; isAnswered: boolean }> {
  const socket = connect({ host: '127.0.0.1', port: route.port })
  socket.on('error', () => {})
  const answer = Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)])
  socket.write('hello')
  return { socket, isAnswered: await answer }
}

test('carries bytes of those who may connect, and of nobody else', async () => {
  await listeners.follow([route])
  const { socket, isAnswered } = await visit()
  expect(isAnswered).toBe(true)
  socket.destroy()
  await listeners.follow([{ ...route, allow: ['203.0.113.0/24', '2001:db8::/32'] }])
  expect((await visit()).isAnswered).toBe(false)
  await listeners.follow([{ ...route, allow: [] }])
  expect((await visit()).isAnswered).toBe(false)
})

test('cuts who may connect no more, and keeps the others', async () => {
  await listeners.follow([route])
  const { socket } = await visit()
  await listeners.follow([{ ...route, targets: [...route.targets] }])
  socket.write('again')
  expect(String((await once(socket, 'data'))[0])).toBe('again')
  const closed = once(socket, 'close')
  await listeners.follow([{ ...route, allow: ['203.0.113.7'] }])
  await closed
})

test('is closed when its route goes, and its connections with it', async () => {
  await listeners.follow([route])
  const { socket } = await visit()
  const closed = once(socket, 'close')
  await listeners.follow([])
  await closed
  await expect(new Promise((resolve, reject) => connect({ host: '127.0.0.1', port: route.port }).once('connect', resolve).once('error', reject))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('carries only so many at once', async () => {
  await listeners.follow([route])
  const [first, second] = [await visit(), await visit()]
  expect((await visit()).isAnswered).toBe(false)
  const gone = once(first.socket, 'close')
  first.socket.destroy()
  await gone
  second.socket.write('still here')
  await once(second.socket, 'data')
})

test('tells of a port that another program has, and takes it when that is gone', async () => {
  const other = createServer()
  other.listen(route.port, '127.0.0.1')
  await once(other, 'listening')
  await listeners.follow([route])
  expect(listeners.troubles()).toEqual({ [route.port]: 'EADDRINUSE' })
  other.close()
  await once(other, 'close')
  await listeners.follow([route])
  expect(listeners.troubles()).toEqual({})
  expect((await visit()).isAnswered).toBe(true)
})
