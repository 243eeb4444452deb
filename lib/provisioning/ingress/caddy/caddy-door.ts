import { createHash, timingSafeEqual } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttp2, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import { createServer as createNet, type Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import type { Door } from '../embedded/door'
import type { Entrance } from '../embedded/entrance'
import { originBy, type Origin } from '../embedded/origin'
import { hostOf } from '../embedded/route-index'
import { ASK_PATH, askKey, DOOR_HEADER } from './caddy-config'

// Where Caddy hands in what it received: HTTP/1.1, and HTTP/2 without TLS for gRPC, on one port of the loopback. Other programs of this
// machine reach the port too, so only who shows the secret is believed, and nobody else is answered. What Caddy says about a visitor is
// taken as if the visitor had come to us itself: its address is the last of X-Forwarded-For, everything before it the visitor's own word.

export type CaddyDoor = { server: NetServer; /** Takes nothing new, and lets what is under way end. */ close(drainMs: number): Promise<void> }

type Parts = {
  doors: Door
  entrance: Entrance
  secret: string
  trustedProxies: readonly string[]
  ports(): { http: number; https: number | null }
  /** Whether the certificate that is shown for one name is the one of the other. */
  isSameCertificate(one: string, other: string): boolean
  /** Whether Caddy may obtain a certificate for the name. */
  mayHaveCertificate(host: string): boolean
}

type Told = { client: string; isSecure: boolean; /** What TLS was asked for; null where Caddy does not know it. */ name: string | null }

const KEY = DOOR_HEADER.toLowerCase()
const PREFACE = Buffer.from('PRI ')
const HEADERS_MS = 30_000
/** Connections that nothing comes over for so long are not in use just now. */
const LAST_WORDS_MS = 500

export function caddyDoor({ doors, entrance, secret, trustedProxies, ports, isSameCertificate, mayHaveCertificate }: Parts): CaddyDoor {
  const told = new WeakMap<IncomingMessage, Told>()
  // What Caddy said last on a connection, and again, where a request comes in once more without what was taken from it.
  const said = new WeakMap<Duplex, string>()
  const again = new WeakMap<Duplex, string>()
  const isSecret = same(secret)
  const isAskKey = same(askKey(secret))
  // What the doors listen to: only what comes from Caddy is said there.
  const visitors = new EventEmitter()
  const plain = createHttp()
  const grpc = createHttp2({ settings: { maxConcurrentStreams: 1_000, initialWindowSize: 262_144 } })

  const ownOf = (request: IncomingMessage): Origin => {
    const { client, isSecure } = told.get(request)!
    const authority = request.headers.host ?? ''
    return { client, isSecure, authority, host: hostOf(request.headers.host), port: (isSecure ? ports().https : ports().http) ?? 0, isToldScheme: false }
  }
  const believe = (request: IncomingMessage): boolean => {
    const shown = String(request.headers[KEY] ?? again.get(request.socket) ?? '')
    again.delete(request.socket)
    const [key = '', scheme, name = '', protocol] = shown.split(' ')
    if (!isSecret(key)) return false
    const chain = String(request.headers['x-forwarded-for'] ?? '').split(',').map((each) => each.trim())
    told.set(request, { client: chain.pop() ?? '', isSecure: scheme === 'https', name: name === '' && protocol === 'HTTP/3.0' ? null : name.toLowerCase() })
    if (chain.length > 0) request.headers['x-forwarded-for'] = chain.join(', ')
    else delete request.headers['x-forwarded-for']
    said.set(request.socket, shown)
    takeAway(request, KEY)
    return true
  }
  // Connections of HTTP/1.1 by what is under way there. A server that does not listen itself does not count them.
  const busy = new Map<Socket, number>()
  let isClosing = false
  const begin = ({ socket }: IncomingMessage, response?: ServerResponse) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1)
    response?.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1
      busy.set(socket, left)
      if (isClosing && left === 0) socket.end()
    })
  }
  const hear = (request: IncomingMessage, response: ServerResponse, event: string) => {
    if (request.httpVersionMajor === 1) begin(request, response)
    if (isClosing && request.httpVersionMajor === 1) response.shouldKeepAlive = false
    if (believe(request)) return void visitors.emit(event, request, response)
    if (request.url?.startsWith(`${ASK_PATH}?`)) return answerAsk(request, response, isAskKey, mayHaveCertificate)
    response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end('This is for Caddy alone.\n')
  }
  for (const event of ['request', 'checkContinue']) plain.on(event, (request: IncomingMessage, response: ServerResponse) => hear(request, response, event))
  plain.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    begin(request)
    if (believe(request)) visitors.emit('upgrade', request, socket, head)
    else socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  })
  plain.on('clientError', (error, socket) => visitors.emit('clientError', error, socket))
  plain.on('connection', (socket: Socket) => {
    busy.set(socket.setMaxListeners(0), busy.get(socket) ?? 0)
    socket.once('close', () => busy.delete(socket))
  })
  Object.assign(plain, { requestTimeout: 0, headersTimeout: HEADERS_MS, keepAliveTimeout: 65_000, timeout: 0 })
  grpc.on('request', (request, response) => hear(request as unknown as IncomingMessage, response as unknown as ServerResponse, 'request'))
  const sessions = new Set<ServerHttp2Session>()
  grpc.on('session', (session) => {
    sessions.add(session)
    session.on('error', () => {}).once('close', () => sessions.delete(session))
  })
  doors.openSecure(visitors as unknown as Http2SecureServer, { ...entrance, originOf: originBy(trustedProxies, ownOf) }, {
    again(socket) {
      again.set(socket, said.get(socket) ?? '')
      plain.emit('connection', socket)
    },
    isAtHome(request, host) {
      const seen = told.get(request)
      // Who comes by HTTP/3 has looked for the name in the certificate before, or does not care.
      return !seen?.isSecure || seen.name === null || seen.name === host || isSameCertificate(seen.name, host)
    },
  })

  const sockets = new Set<Socket>()
  const server = createNet({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
    meet(socket, plain, grpc)
  })
  return {
    server,
    async close(drainMs) {
      const ended = new Promise<void>((resolve) => void server.close(() => resolve()))
      isClosing = true
      // What is on its way over a connection just as it ends is lost where it must not be repeated: first each is ended by an answer that says so.
      const idle = setTimeout(() => {
        for (const [socket, count] of busy) if (count === 0) socket.end()
      }, LAST_WORDS_MS)
      for (const session of sessions) session.close()
      const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), drainMs)
      await ended
      clearTimeout(cut)
      clearTimeout(idle)
    },
  }
}

/** The first bytes of a connection say whether it is HTTP/2 (RFC 9113, 3.4). */
function meet(socket: Socket, plain: Server, grpc: ReturnType<typeof createHttp2>): void {
  const timer = setTimeout(() => socket.destroy(), HEADERS_MS)
  const listen = () =>
    socket.once('data', (chunk: Buffer) => {
      clearTimeout(timer)
      socket.pause()
      socket.unshift(chunk)
      const isHttp2 = chunk.subarray(0, PREFACE.length).equals(PREFACE)
      if (isHttp2) grpc.emit('connection', socket)
      else plain.emit('connection', socket)
      process.nextTick(() => socket.resume())
    })
  socket.once('close', () => clearTimeout(timer))
  listen()
}

/** Caddy asks before it obtains a certificate (on-demand TLS): 200 for a name that is served here, 403 for every other one. */
function answerAsk(request: IncomingMessage, response: ServerResponse, isKey: (text: string) => boolean, may: (host: string) => boolean): void {
  const query = new URL(request.url ?? '/', 'http://door').searchParams
  const isGranted = isKey(query.get('key') ?? '') && may((query.get('domain') ?? '').toLowerCase())
  response.writeHead(isGranted ? 200 : 403, { 'content-type': 'text/plain', 'content-length': '0' }).end()
}

/** The workload is told neither the header nor what is in it. */
function takeAway(request: IncomingMessage, name: string): void {
  delete request.headers[name]
  const { rawHeaders } = request
  for (let i = rawHeaders.length - 2; i >= 0; i -= 2) if (rawHeaders[i]!.toLowerCase() === name) rawHeaders.splice(i, 2)
}

/** Compares in the same time wherever the first difference is. */
function same(secret: string): (text: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  const wanted = digest(secret)
  return (text) => timingSafeEqual(digest(text), wanted)
}
