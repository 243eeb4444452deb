import { Agent, request as httpRequest, type ClientRequest } from 'node:http'
import { Agent as TlsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'

import { AppError } from '../../errors'
import type { DockerConnection } from './connection'
import { dialOverSsh } from './ssh'

// How bytes get to an engine. A socket of this machine is opened anew for each request, which costs nothing; connections
// over the network are kept for the next one.

export type Transport = {
  /** Begins a request. `fresh`: on a connection that is used for nothing else. */
  request(options: { method: string; path: string; headers: Record<string, string>; fresh: boolean }): ClientRequest
  /** What a helper program said when it could not connect; empty when there is nothing to tell. */
  complaint(): string
  close(): void
}

const KEEP = { keepAlive: true, keepAliveMsecs: 10_000, maxFreeSockets: 4, timeout: 0 }
/** A machine that went away in the middle of a stream is noticed by this alone. */
const ALIVE_AFTER_MS = 15_000
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

export function openTransport(connection: DockerConnection): Transport {
  switch (connection.kind) {
    case 'socket':
      return { request: ({ fresh: _fresh, ...options }) => httpRequest({ ...options, socketPath: connection.path, agent: false }), complaint: () => '', close: () => undefined }
    case 'tcp':
      return connection.tls ? overTls({ ...connection, tls: connection.tls }) : overTcp(connection)
    case 'ssh':
      return overSsh(connection)
  }
}

type Tcp = Extract<DockerConnection, { kind: 'tcp' }>

function overTcp({ host, port }: Tcp): Transport {
  // An engine without TLS gives the whole machine to whoever reaches it.
  if (!LOOPBACK.test(host)) throw new AppError('invalid_input', `The Docker engine at ${host} must be reached with TLS or over SSH: without either, whoever is on the way commands that machine.`)
  return { request: ({ fresh: _fresh, ...options }) => httpRequest({ ...options, host, port, agent: false }), complaint: () => '', close: () => undefined }
}

function overTls({ host, port, tls }: Tcp & { tls: NonNullable<Tcp['tls']> }): Transport {
  const secure = { host, port, ca: tls.ca, cert: tls.certificate, key: tls.key, minVersion: 'TLSv1.2' as const }
  const agent = new TlsAgent(KEEP)
  return {
    request: ({ fresh, headers, ...options }) =>
      httpsRequest({ ...secure, ...options, headers: { ...headers, host: `${host}:${port}` }, agent: fresh ? false : agent }).once('socket', (socket) => void socket.setKeepAlive(true, ALIVE_AFTER_MS)),
    complaint: () => '',
    close: () => agent.destroy(),
  }
}

function overSsh(connection: Extract<DockerConnection, { kind: 'ssh' }>): Transport {
  let complaint = ''
  const dial = () => dialOverSsh(connection, (text) => (complaint = text)) as unknown as Socket
  const agent = Object.assign(new Agent(KEEP), { createConnection: dial })
  return {
    request: ({ fresh, ...options }) => httpRequest({ ...options, ...(fresh ? { createConnection: dial } : { agent }) }),
    complaint: () => complaint,
    close: () => agent.destroy(),
  }
}
