import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import { newId } from '../../../ids'
import type { Route } from '../table'
import type { Callers } from './callers'
import { requestVisitor, type Times } from './forward'
import { ambiguity, hasBody, headWithoutUpgrade, type Arrival } from './headers'
import { badRequestPage, rawPage, sendPage } from './pages'
import type { Pool } from './pool'
import type { Reception } from './reception'
import { hostOf } from './route-index'
import { upgradeVisitor, type Knock } from './upgrade'

/** For a host, how to find its route in whatever table is in force. */
type Finder = (host: string) => () => Route | undefined
type Way = { finder: Finder; callers: Callers | null }

/** Where requests come in. */
export type Door = {
  /** A server whose visitors are received at the desk. It does not listen yet. `callers`: only services come to it. */
  open(finder: Finder, callers?: Callers | null): Server
  cutUpgraded(): void
}

export function door({ desk, ...means }: Times & { pool: Pool; desk: Reception }): Door {
  // A server forgets connections once they are upgraded, but does not close before they have ended.
  const upgraded = new Set<Socket>()
  const arrivalOf = ({ socket }: IncomingMessage, callers: Callers | null): Arrival => ({ clientAddress: socket.remoteAddress ?? '', port: socket.localPort ?? 0, requestId: newId('request'), caller: () => callers && callers.of(socket) })
  const wayOf = (request: IncomingMessage, finder: Finder) => {
    const host = hostOf(request.headers.host) ?? ''
    return { host: host || 'asked for', find: finder(host) }
  }
  const serve = (exchange: { request: IncomingMessage; response: ServerResponse; awaitsContinue: boolean }, { finder, callers }: Way) => {
    const doubt = ambiguity(exchange.request)
    if (doubt) {
      exchange.response.shouldKeepAlive = false
      return sendPage(exchange, badRequestPage(doubt))
    }
    desk.receive(requestVisitor({ ...exchange, arrival: arrivalOf(exchange.request, callers) }, wayOf(exchange.request, finder), means))
  }
  const upgrade = ({ request, socket, head }: Omit<Knock, 'arrival'>, { finder, callers }: Way) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    const visitor = upgradeVisitor({ request, socket, head, arrival: arrivalOf(request, callers) }, wayOf(request, finder), means)
    const doubt = ambiguity(request)
    if (doubt) visitor.refuse(badRequestPage(doubt))
    else desk.receive(visitor)
  }
  return {
    open(finder, callers = null) {
      const way = { finder, callers }
      const server = createServer((request, response) => serve({ request, response, awaitsContinue: false }, way))
      server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => serve({ request, response, awaitsContinue: true }, way))
      server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
        if (!hasBody(request)) return upgrade({ request, socket: socket as Socket, head }, way)
        // Some clients would like HTTP/2 whatever they send. Node reads no body of a request that wants to be upgraded, so it
        // comes in once more as one that does not, which is what a server makes of it that knows nothing else.
        socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]))
        server.emit('connection', socket)
      })
      server.on('clientError', refuseGarbage)
      // Requests sent in one go on one connection each watch for the end of it.
      server.on('connection', (socket: Socket) => {
        socket.setMaxListeners(0)
        callers?.meet(socket)
      })
      // A long upload or a long answer is no fault; a client that never finishes its headers is.
      Object.assign(server, { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 65_000, timeout: 0 })
      return server
    },
    cutUpgraded: () => upgraded.forEach((socket) => socket.destroy()),
  }
}

/** How long a client that sent garbage may take to read what is wrong with it. */
const GARBAGE_MS = 2_000

function refuseGarbage(_: Error, socket: Duplex): void {
  // In the middle of an answer, a page would be taken for a part of it.
  if (!socket.writable || (socket as Socket).bytesWritten > 0) return void socket.destroy()
  socket.end(rawPage(badRequestPage('It is not valid HTTP.')))
  const timer = setTimeout(() => socket.destroy(), GARBAGE_MS)
  socket.once('close', () => clearTimeout(timer))
}
