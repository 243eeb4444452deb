import type { IncomingMessage } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { SecureContext, TLSSocket } from 'node:tls'

import type { Door } from '../door'
import type { Entrance } from '../entrance'
import { guardSession, SESSION_LIMITS } from '../http2/guard-session'
import type { RouteIndex } from '../route-index'
import type { CertificateStore } from './certificate-store'
import { paceHandshakes } from './pace-handshakes'

// Where requests come in over TLS: HTTP/2 or HTTP/1.1, as the client would like. The certificate is chosen by the name the client
// asks for. Who asks for none, or for one that has none, is refused in the handshake: a certificate of another name would be a
// warning in every browser, and tell strangers what else is here.

export type HttpsServer = {
  server: Http2SecureServer
  /** Whether HTTPS is answered for the host. */
  hasCertificate(host: string): boolean
  /** Takes no new connection and lets what is under way end. `cut` is to end the rest. */
  close(): { ended: Promise<void>; cut(): void }
}

type Parts = { index(): RouteIndex; certificates: CertificateStore; doors: Door; entrance: Entrance }

/** What a certificate authority speaks that proves a name by TLS alone (RFC 8737). */
const ACME = 'acme-tls/1'
const PROTOCOLS = ['h2', 'http/1.1']
const HANDSHAKE_MS = 10_000
/** What Mozilla's "intermediate" configuration names (version 5.7); those of TLS 1.3 are Node's. */
const CIPHERS = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'].join(':')

export function httpsServer({ index, certificates, doors, entrance }: Parts): HttpsServer {
  const idOf = (host: string) => {
    const named = index().siteOf(host)?.site.certificateId ?? undefined
    return named !== undefined && certificates.has(named) ? named : certificates.covering(host)
  }
  const challengeOf = (host: string) => {
    const id = index().challengeCertificate(host)
    return id === undefined ? null : certificates.contextOf(id)
  }
  const sockets = new Set<Socket>()
  const proving = new WeakSet<TLSSocket>()
  const server = createSecureServer({
    allowHTTP1: true,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    handshakeTimeout: HANDSHAKE_MS,
    ...SESSION_LIMITS,
    // Which of the two Node asks first is different from version to version of TLS; it asks both with the connection.
    SNICallback(this: TLSSocket, name: string, done: (error: Error | null, context?: SecureContext) => void) {
      const host = name.toLowerCase()
      const id = proving.has(this) ? undefined : idOf(host)
      try {
        done(null, (id === undefined ? challengeOf(host) : certificates.contextOf(id)) ?? undefined)
      } catch (error) {
        done(error as Error)
      }
    },
    ALPNCallback(this: TLSSocket, { servername, protocols }: { servername: string; protocols: string[] }) {
      const host = (servername ?? '').toLowerCase()
      if (!protocols.includes(ACME)) return idOf(host) === undefined ? undefined : PROTOCOLS.find((each) => protocols.includes(each))
      const context = challengeOf(host)
      if (!context || !('setKeyCert' in this)) return undefined
      proving.add(this)
      ;(this.setKeyCert as (context: unknown) => void)(context)
      return ACME
    },
  })
  paceHandshakes(server)
  // What would begin HTTP with every connection begins it only with those that are for HTTP.
  const [begin] = server.listeners('secureConnection') as [(socket: Socket) => void]
  server.removeAllListeners('secureConnection')
  server.on('secureConnection', (socket) => {
    // Everything is said with the handshake; and a challenge's certificate is for nothing else.
    if (socket.alpnProtocol === ACME || idOf(nameOf(socket)) === undefined) return void socket.on('error', () => {}).end()
    socket.setMaxListeners(0)
    begin.call(server, socket)
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.setNoDelay(true))
    socket.once('close', () => sockets.delete(socket))
  })
  // Whoever scans ports fails to shake hands all day.
  server.on('tlsClientError', (_, socket) => void socket.destroy())
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => {
    guardSession(session)
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  doors.openSecure(server, entrance, {
    again: (socket) => begin.call(server, socket as Socket),
    isAtHome(request: IncomingMessage, host) {
      const name = nameOf(request.socket as TLSSocket)
      return host === name || idOf(host) === idOf(name)
    },
  })
  return {
    server,
    hasCertificate: (host) => idOf(host) !== undefined,
    close() {
      const ended = new Promise<void>((resolve) => void server.close(() => resolve()))
      // Their clients are told to send nothing more here.
      for (const session of sessions) session.close()
      return { ended, cut: () => sockets.forEach((socket) => socket.destroy()) }
    },
  }
}

function nameOf({ servername }: TLSSocket): string {
  return (servername || '').toLowerCase()
}
