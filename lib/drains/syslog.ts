import { createSocket } from 'node:dgram'
import { isIP, connect as connectTcp, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'

import { addressOf } from '../alerts/guard'
import { problemOf } from '../alerts/post'
import type { DrainLine } from '../domain/drain/line'
import type { DrainSettings } from '../domain/drain/settings'
import { away, type Outcome } from './outcome'
import { trustOf, type Limits } from './request'
import { counted, datagram, syslogMessage } from './syslog-frame'

// Syslog has no answers. Over a stream, what was sent counts as taken when the other side has read to the end and closes as well: it has everything up to our end then.
// A connection that breaks before may have lost something, and all of it is sent again. A datagram that left this machine counts as taken.

/** Datagrams that leave at once: a receiver has room for some hundreds in its socket, and what does not fit there is lost without a word. */
const DATAGRAMS_AT_ONCE = 50
const DATAGRAM_PAUSE_MS = 5

type Syslog = Extract<DrainSettings, { kind: 'syslog' }>

export async function sendSyslog(settings: Syslog, tag: string | undefined, lines: readonly DrainLine[], limits: Limits): Promise<Outcome> {
  const { host, port, transport, facility } = settings
  const place = `${host}:${port}`
  const clock = AbortSignal.timeout(limits.timeoutMs)
  const signal = AbortSignal.any([clock, limits.signal])
  const messages = lines.map((line) => syslogMessage(line, { facility, tag }))
  try {
    const address = await addressOf(host, limits.policy)
    if (transport === 'udp') {
      await sendDatagrams({ address, port }, messages)
      return { ok: true, answer: `${lines.length === 1 ? 'A datagram' : `${lines.length} datagrams`} left for ${place}. Nobody says whether they arrived.` }
    }
    await sendStream(() => connectionTo(settings, address), Buffer.concat(messages.map(counted)), signal)
    return { ok: true, answer: `${place} took ${lines.length === 1 ? 'the line' : `${lines.length} lines`}.` }
  } catch (error) {
    return away(clock.aborted ? `${place} did not take everything within ${limits.timeoutMs / 1_000} s.` : problemOf(error, place))
  }
}

function connectionTo({ host, port, transport, ca }: Syslog, address: string): Socket {
  const bare = host.replace(/^\[|\]$/g, '')
  if (transport === 'tcp') return connectTcp({ host: address, port, allowHalfOpen: true })
  // The certificate is of the name, the connection to the address that was looked at.
  return connectTls({ host: address, port, ...(isIP(bare) ? {} : { servername: bare }), ...trustOf(ca) })
}

function sendStream(connect: () => Socket, bytes: Buffer, signal: AbortSignal): Promise<void> {
  return new Promise<void>((done, fail) => {
    signal.throwIfAborted()
    const socket = connect()
    let isSent = false
    const abort = () => socket.destroy(new Error('It did not end in time.'))
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', fail)
    // Whatever it says is of no use, but its end is.
    socket.resume()
    // That our end has left is told in the same turn, maybe a moment later.
    socket.on('end', () => setImmediate(() => (isSent ? done() : socket.destroy(new Error('It closed the connection before everything was sent.')))))
    socket.on('close', () => {
      signal.removeEventListener('abort', abort)
      setImmediate(() => fail(new Error('It closed the connection before everything was sent.')))
    })
    socket.end(bytes, () => (isSent = true))
  })
}

async function sendDatagrams({ address, port }: { address: string; port: number }, messages: readonly string[]): Promise<void> {
  const socket = createSocket(isIP(address) === 6 ? 'udp6' : 'udp4')
  try {
    for (const [index, message] of messages.entries()) {
      if (index > 0 && index % DATAGRAMS_AT_ONCE === 0) await pause(DATAGRAM_PAUSE_MS)
      await new Promise<void>((done, fail) => socket.send(datagram(message), port, address, (error) => (error === null ? done() : fail(error))))
    }
  } finally {
    socket.close()
  }
}
