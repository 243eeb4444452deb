import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Http2SecureServer } from 'node:http2'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import type { Entrance } from './entrance'
import { requestVisitor, type Times } from './forward'
import { ambiguity, hasBody, headWithoutUpgrade, targetOf, type Arrival } from './headers'
import { asPlain } from './http2/as-plain'
import { badRequestPage, misdirectedPage, rawPage, sendPage, type Dress } from './pages'
import type { Pool } from './pool'
import type { Reception } from './reception'
import { requestIds } from './request-ids'
import type { Asked } from './site/rules'
import type { Way } from './site/way'
import { upgradeVisitor, type Knock } from './upgrade'
import type { Visitor } from './visitor'
import { writeHead } from './write-head'

/** Where requests come in. */
export type Door = {
  /** A server whose visitors are received at the desk. It does not listen yet. */
  open(entrance: Entrance): Server
  /** The same for one that speaks TLS. `again` takes a connection for HTTP/1.1 as if it had just come. */
  openSecure(server: Http2SecureServer, entrance: Entrance, secure: Secure): void
  cutUpgraded(): void
}
export type Secure = { again(socket: Duplex): void; /** Whether this host may be asked for over a connection that was opened for another one. */ isAtHome(request: IncomingMessage, host: string): boolean }

type Exchange = { request: IncomingMessage; response: ServerResponse; awaitsContinue: boolean }
type Received = { arrival: Arrival; way: Way; dress: Dress; asked: Asked; passes(visitor: Visitor): void }

export function door({ desk, ...means }: Times & { pool: Pool; desk: Reception }): Door {
  // A server forgets connections once they are upgraded, but does not close before they have ended.
  const upgraded = new Set<Socket>()
  const doubted = new WeakSet<Socket>()
  const nextId = requestIds()

  const receive = (request: IncomingMessage, { originOf, wayOf, rules, callers }: Entrance): Received => {
    const origin = originOf(request)
    const target = targetOf(request) ?? '/'
    const { socket } = request
    const way = wayOf(origin.host ?? '', pathOf(target))
    const passage = way.passage()
    const dress: Dress = (headers) => (passage ? passage.ruled.dress(headers, origin.isSecure) : [...headers])
    const asked = { origin, target, authorization: request.headers.authorization, bodyBytes: lengthOf(request) }
    return {
      arrival: { origin, target, requestId: nextId(), caller: () => callers && callers.of(socket) },
      way,
      dress,
      asked,
      passes(visitor) {
        if (!passage || !rules) return desk.receive(visitor)
        desk.receive(visitor, (goOn) => {
          const settle = (page: Awaited<ReturnType<typeof rules.judge>>) => {
            if (visitor.isOver()) return
            if (page) visitor.refuse(page)
            else goOn()
          }
          const verdict = rules.judge(passage.ruled, asked)
          if (verdict instanceof Promise) void verdict.then(settle)
          else settle(verdict)
        })
      },
    }
  }
  const serve = (exchange: Exchange, entrance: Entrance, secure: Secure | null) => {
    const { request, response } = exchange
    // What comes behind a request that was refused may have been a part of it. The connection ends with that answer.
    if (doubted.has(request.socket)) return
    const doubt = ambiguity(request)
    if (doubt) {
      doubted.add(request.socket)
      response.shouldKeepAlive = false
      return void sendPage(exchange, badRequestPage(doubt))
    }
    const { arrival, way, dress, asked, passes } = receive(request, entrance)
    const answer = entrance.challenge(asked.origin.host ?? '', pathOf(arrival.target))
    if (answer !== undefined) return answerChallenge(exchange, answer)
    if (secure && !secure.isAtHome(request, asked.origin.host ?? '')) return void sendPage(exchange, misdirectedPage(way.host))
    passes(requestVisitor({ ...exchange, arrival, dress, way }, means))
  }
  const upgrade = ({ request, socket, head }: Pick<Knock, 'request' | 'socket' | 'head'>, entrance: Entrance, secure: Secure | null) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
    const { arrival, way, dress, asked, passes } = receive(request, entrance)
    const visitor = upgradeVisitor({ request, socket, head, arrival, dress, way }, means)
    const doubt = ambiguity(request)
    if (doubt) visitor.refuse(badRequestPage(doubt))
    else if (secure && !secure.isAtHome(request, asked.origin.host ?? '')) visitor.refuse(misdirectedPage(way.host))
    else passes(visitor)
  }
  const attach = (server: Server, entrance: Entrance, secure: Secure | null) => {
    const again = secure?.again ?? ((socket: Duplex) => void server.emit('connection', socket))
    const plain = (request: IncomingMessage) => (secure ? asPlain(request) : request)
    server.on('request', (request, response) => serve({ request: plain(request), response, awaitsContinue: false }, entrance, secure))
    server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => serve({ request: plain(request), response, awaitsContinue: true }, entrance, secure))
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!hasBody(request)) return upgrade({ request, socket: socket as Socket, head }, entrance, secure)
      // Some clients would like HTTP/2 whatever they send. Node reads no body of a request that wants to be upgraded, so it
      // comes in once more as one that does not, which is what a server makes of it that knows nothing else.
      socket.unshift(Buffer.concat([headWithoutUpgrade(request), head]))
      again(socket)
    })
    server.on('clientError', refuseGarbage)
    // A long upload or a long answer is no fault; a client that never finishes its headers is.
    Object.assign(server, { requestTimeout: 0, headersTimeout: 30_000, keepAliveTimeout: 65_000, timeout: 0 })
  }
  return {
    open(entrance) {
      const server = createServer()
      attach(server, entrance, null)
      // Requests sent in one go on one connection each watch for the end of it.
      server.on('connection', (socket: Socket) => {
        socket.setMaxListeners(0)
        entrance.callers?.meet(socket)
      })
      return server
    },
    // What a door listens to is the same of both.
    openSecure: (server, entrance, secure) => attach(server as unknown as Server, entrance, secure),
    cutUpgraded: () => upgraded.forEach((socket) => socket.destroy()),
  }
}

function answerChallenge({ request, response }: Exchange, answer: string): void {
  writeHead(response, 200, ['content-type', 'text/plain', 'content-length', String(Buffer.byteLength(answer)), 'cache-control', 'no-store'])
  response.end(request.method === 'HEAD' ? undefined : answer)
}

function pathOf(target: string): string {
  const at = target.indexOf('?')
  return at === -1 ? target : target.slice(0, at)
}

function lengthOf({ headers }: IncomingMessage): number | null {
  return headers['content-length'] === undefined ? null : Number(headers['content-length'])
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
