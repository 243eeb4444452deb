import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import type { Duplex } from 'node:stream'

import type { Place } from './requests'

// The client's half of a WebSocket, for short text messages.

export type WebSocket = {
  /** Sends a message and resolves with the next one that comes; rejects when the connection ends before. */
  exchange(text: string): Promise<string>
  /** Resolves when it has ended, with how. */
  closed: Promise<string>
  end(): void
}

const HANDSHAKE_MS = 60_000

export function openWebSocket({ ingressPort, host }: Place): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const headers = { host, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64') }
    const sent = request({ host: '127.0.0.1', port: ingressPort, path: '/socket', agent: false, headers, signal: AbortSignal.timeout(HANDSHAKE_MS) })
    sent.once('upgrade', (_, socket, head) => resolve(speak(socket, head)))
    sent.once('response', (response) => {
      response.resume()
      reject(new Error(`the handshake was answered with ${response.statusCode}`))
    })
    sent.once('error', reject)
    sent.end()
  })
}

function speak(socket: Duplex, head: Buffer): WebSocket {
  let received = head
  let how = 'closed'
  let waiting: { heard(text: string): void; failed(error: Error): void } | null = null
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    while (received.length >= 2 && received.length >= 2 + received[1]!) {
      const text = received.subarray(2, 2 + received[1]!).toString()
      if ((received[0]! & 15) === 1) waiting?.heard(text)
      received = received.subarray(2 + received[1]!)
    }
  })
  socket.on('error', (error) => (how = `broken: ${error.message}`))
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(how)))
  void closed.then(() => waiting?.failed(new Error(how)))
  // Of a peer that has ended nothing more comes.
  socket.once('end', () => socket.destroy())
  return {
    closed,
    exchange: (text) =>
      new Promise((heard, failed) => {
        waiting = { heard, failed }
        if (socket.destroyed) failed(new Error(how))
        else socket.write(frame(text))
      }),
    end: () => void socket.destroy(),
  }
}

/** A masked text frame, as clients send them. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text)
  const mask = randomBytes(4)
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length]), mask, payload.map((byte, index) => byte ^ mask[index % 4]!)])
}
