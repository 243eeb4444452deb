import { connect, type Socket } from 'node:net'

import type { HealthCheck } from '../driver'

// One health check: connect, and unless a connection is all that is asked for, send a GET and read the status line.
// A socket rather than an HTTP client, because the answer may not be HTTP at all.

/** Both loopback addresses: an app may listen on either only. */
export const LOOPBACK = ['127.0.0.1', '::1'] as const

export type Finding =
  | { kind: 'connected' }
  | { kind: 'refused' }
  | { kind: 'timeout'; connected: boolean }
  | { kind: 'status'; status: number; phrase: string }
  /** It answered something that is not HTTP. */
  | { kind: 'other' }
  | { kind: 'closed' }

export type ProbeRequest = { port: number; check: Pick<HealthCheck, 'kind' | 'path' | 'timeoutMs'>; /** Tried first. */ host: string | null; signal: AbortSignal }

/** Longer heads than this are not waited for. */
const MAX_HEAD = 16 * 1024

/** Asks each address, both of this machine's loopback unless others are given, until one does not refuse. */
export async function probePort(request: ProbeRequest, addresses: readonly string[] = LOOPBACK): Promise<{ host: string; finding: Finding }> {
  const hosts = [...addresses].sort((a, b) => Number(b === request.host) - Number(a === request.host))
  let last: { host: string; finding: Finding } = { host: hosts[0]!, finding: { kind: 'refused' } }
  for (const host of hosts) {
    last = { host, finding: await ask(host, request) }
    if (last.finding.kind !== 'refused') return last
  }
  return last
}

function ask(host: string, { port, check, signal }: ProbeRequest): Promise<Finding> {
  return new Promise((resolve) => {
    let connected = false
    let received = ''
    const socket = connect({ host, port })
    const finish = (finding: Finding) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(finding)
    }
    const onAbort = () => finish({ kind: 'timeout', connected })
    const timer = setTimeout(onAbort, check.timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()

    socket.setEncoding('latin1')
    socket.once('connect', () => {
      if (isItself(socket)) {
        // Reset, not closed: a closed one would keep the port from whoever is about to listen there.
        socket.resetAndDestroy()
        return finish({ kind: 'refused' })
      }
      connected = true
      if (check.kind === 'tcp') return finish({ kind: 'connected' })
      socket.write(
        `GET ${escapePath(check.path)} HTTP/1.1\r\nHost: localhost:${port}\r\nUser-Agent: easel-health\r\nAccept: */*\r\nConnection: close\r\n\r\n`,
      )
    })
    socket.on('data', (chunk: string) => {
      received += chunk
      const finding = readAnswer(received)
      if (finding) finish(finding)
    })
    // What was reset is told of it, perhaps more than once.
    socket.on('error', () => finish(connected ? { kind: 'closed' } : { kind: 'refused' }))
    socket.once('close', () => finish(received === '' ? { kind: 'closed' } : { kind: 'other' }))
  })
}

/**
 * Whether a connection leads to itself. Where nobody listens on a port that the system also gives to outgoing connections, it may
 * give that very port to the one that asks there, and TCP connects the two ends of one socket (RFC 9293, simultaneous open).
 */
export function isItself(socket: Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>): boolean {
  return socket.localPort !== undefined && socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress
}

/** What the bytes so far say; null while more are needed. Interim answers (1xx) are passed over. */
export function readAnswer(received: string): Finding | null {
  const start = received.slice(0, 5)
  if (!'HTTP/'.startsWith(start)) return { kind: 'other' }
  const end = received.indexOf('\n')
  if (end < 0) return received.length > MAX_HEAD ? { kind: 'other' } : null
  const found = /^HTTP\/\d(?:\.\d)? (\d{3})(?: (.*?))?\r?$/.exec(received.slice(0, end))
  if (!found) return { kind: 'other' }
  const status = Number(found[1])
  if (status >= 200) return { kind: 'status', status, phrase: found[2] ?? '' }
  const head = received.search(/\r?\n\r?\n/)
  if (head < 0) return received.length > MAX_HEAD ? { kind: 'other' } : null
  return readAnswer(received.slice(head).replace(/^\r?\n\r?\n/, '')) ?? null
}

/** The path as a request line may carry it; a person may have escaped it already, or not. */
function escapePath(path: string): string {
  const { pathname, search } = new URL(`http://localhost${path}`)
  return pathname + search
}
