import { request as sendRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

import { requestHeaders, responseHeaders, type Arrival } from './headers'
import { rawPage, refusedPage } from './pages'
import type { Target } from './route-index'
import type { Route } from '../table'

const CONNECT_MS = 10_000

/** Carries an upgraded connection (WebSocket or any other protocol): after the handshake, bytes both ways until one side ends. */
export function forwardUpgrade(client: { request: IncomingMessage; socket: Duplex; head: Buffer; arrival: Arrival }, route: Route, targets: Target[]): void {
  const { request, socket, head, arrival } = client
  const [target, ...others] = targets
  if (!target) return void socket.end(rawPage(refusedPage(route.name)))
  const upstream = sendRequest({ host: target.host, port: target.port, method: request.method ?? 'GET', path: request.url ?? '/', headers: requestHeaders(request, arrival, true), agent: false, setHost: false })
  let isAnswered = false
  const timer = setTimeout(() => upstream.destroy(new Error('no handshake')), CONNECT_MS)
  const onClientGone = () => upstream.destroy()
  socket.once('close', onClientGone)
  socket.on('error', onClientGone)

  upstream.once('upgrade', (answer, remote, remoteHead) => {
    isAnswered = true
    clearTimeout(timer)
    socket.write(handshake(answer, true))
    if (remoteHead.length > 0) socket.write(remoteHead)
    if (head.length > 0) remote.write(head)
    join(socket, remote)
  })
  // The workload answered the handshake with an ordinary response: hand that on and close.
  upstream.once('response', (answer) => {
    isAnswered = true
    clearTimeout(timer)
    socket.write(handshake(answer, false))
    answer.pipe(socket)
  })
  upstream.once('error', () => {
    clearTimeout(timer)
    if (isAnswered) return void socket.destroy()
    socket.off('close', onClientGone)
    if (others.length > 0 && !socket.destroyed) forwardUpgrade(client, route, others)
    else socket.end(rawPage(refusedPage(route.name)))
  })
  upstream.end()
}

function handshake(answer: IncomingMessage, upgraded: boolean): string {
  const headers = responseHeaders(answer)
  if (upgraded) headers.push('Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? 'websocket')
  else headers.push('Connection', 'close')
  const lines = Array.from({ length: headers.length / 2 }, (_, i) => `${headers[2 * i]}: ${headers[2 * i + 1]}`)
  return `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`
}

/** A side that has ended and whose peer does not end as well would keep both open for ever. */
const HALF_OPEN_MS = 2_000

function join(client: Duplex, remote: Duplex): void {
  for (const [from, to] of [
    [client, remote],
    [remote, client],
  ] as const) {
    from.pipe(to)
    from.once('end', () => {
      setTimeout(() => (client.destroy(), remote.destroy()), HALF_OPEN_MS).unref()
    })
    from.once('error', () => to.destroy())
    from.once('close', () => to.destroy())
  }
}
