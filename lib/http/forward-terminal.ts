import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

import { TERMINAL_PATH } from '../contract/terminal'
import { log } from '../log'
import { reachWorker } from './reach-worker'

// Terminals are the worker's: it alone touches what runs. So that there is one public address, the web process carries
// their connections to a worker's socket file, byte for byte, and knows nothing of what is said there.

export type Upgrade = { request: IncomingMessage; socket: Duplex; head: Buffer }
export type TerminalForwarder = {
  /** Whether it is a connection for a terminal; then it is taken care of. */
  takes(upgrade: Upgrade): boolean
  /** Cuts every connection. */
  cut(): void
}

/** More are no longer browsers that show a terminal. */
const MOST = 500

/** `directory`: where workers have their sockets. `publicUrl`: where pages that may connect come from. */
export function terminalForwarder({ directory, publicUrl }: { directory: string; publicUrl: string }): TerminalForwarder {
  const open = new Set<Duplex>()
  return {
    takes(upgrade) {
      const { request, socket } = upgrade
      if (request.url?.split('?')[0] !== TERMINAL_PATH) return false
      socket.on('error', () => socket.destroy())
      if (!isFromHere(request, publicUrl)) refuse(socket, '403 Forbidden', 'A page of another site may not open terminals here.')
      else if (open.size >= MOST) refuse(socket, '503 Service Unavailable', 'Too many terminals are open.')
      else {
        open.add(socket)
        socket.once('close', () => open.delete(socket))
        carry(upgrade, directory).catch((cause: unknown) => {
          log.warn({ cause }, 'no worker could be reached for a terminal')
          refuse(socket, '503 Service Unavailable', 'No worker serves terminals now. Try again in a moment.')
        })
      }
      return true
    },
    cut: () => open.forEach((socket) => socket.destroy()),
  }
}

/** A browser always names the page that connects; other programs do not, and need the ticket as well. */
function isFromHere({ headers }: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  const parsed = URL.canParse(origin) ? new URL(origin) : null
  return parsed !== null && (parsed.origin === new URL(publicUrl).origin || parsed.host === host)
}

async function carry({ request, socket, head }: Upgrade, directory: string): Promise<void> {
  const worker = await reachWorker(directory)
  if (socket.destroyed) return void worker.destroy()
  const headers = Array.from({ length: request.rawHeaders.length / 2 }, (_, i) => `${request.rawHeaders[2 * i]}: ${request.rawHeaders[2 * i + 1]}\r\n`)
  worker.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers.join('')}\r\n`, 'latin1')
  if (head.length > 0) worker.write(head)
  worker.on('error', () => worker.destroy())
  worker.once('close', () => socket.destroy())
  socket.once('close', () => worker.destroy())
  socket.pipe(worker)
  worker.pipe(socket)
}

function refuse(socket: Duplex, status: string, message: string): void {
  if (socket.destroyed) return
  socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(message)}\r\nConnection: close\r\n\r\n${message}`)
}
