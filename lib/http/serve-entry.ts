import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

import next from 'next'

import { config } from '../config'
import { log } from '../log'
import { dataPaths } from '../provisioning/paths'
import { countRequest } from './answered'
import { cutStalled } from './cut-stalled'
import { terminalForwarder } from './forward-terminal'
import { isPage, newNonce, pagePolicy } from './page-policy'
import { CLIENT_IP_HEADER } from './request'

// The web process: Next behind our own listener, so that it binds where it is told, knows the client's address from the
// socket, and stops in order. It holds no key to any machine.

const isDev = process.env.NODE_ENV === 'development'
const SHUTDOWN_MS = 5_000
/** A folder or a file may be long on its way, and is cut off by whoever takes it when it stands still. */
const SENDING_MS = 6 * 3_600_000

async function serve(): Promise<void> {
  const tracing = config.traces === null ? null : await (await import('../tracing/start')).startTracing({ ...config.traces, service: 'web', log })
  const app = next({ dev: isDev, dir: process.cwd(), hostname: config.host, port: config.port })
  await app.prepare()
  const handle = app.getRequestHandler()
  const server = createServer({ requestTimeout: SENDING_MS }, (request, response) => void answer(handle, request, response))
  const terminals = terminalForwarder({ directory: dataPaths(config.dataDir).terminals, publicUrl: config.publicUrl })
  server.on('upgrade', (request, socket, head) => {
    if (terminals.takes({ request, socket, head })) return
    if (isDev) void app.getUpgradeHandler()(request, socket, head)
    else socket.destroy()
  })
  server.keepAliveTimeout = 65_000
  server.once('error', (cause) => fail(cause))
  server.listen(config.port, config.host, () => process.send?.({ type: 'ready', port: config.port }))
  stopWith(() => server.close(() => void (tracing?.stop() ?? Promise.resolve()).finally(() => process.exit(0))), () => {
    server.closeAllConnections()
    terminals.cut()
  })
}

async function answer(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // Whatever the client claims: the address is the socket's.
  delete request.headers['x-forwarded-for']
  request.headers[CLIENT_IP_HEADER] = request.socket.remoteAddress ?? ''
  restrict(request, response)
  cutStalled(request, response)
  countRequest(request, response)
  try {
    await handle(request, response)
  } catch (cause) {
    log.error({ cause, path: request.url?.split('?')[0] }, 'request broke')
    if (!response.headersSent) response.writeHead(500)
    response.end()
  }
}

/** Next reads the nonce from the request and gives it to every script that it writes. */
function restrict(request: IncomingMessage, response: ServerResponse): void {
  delete request.headers['content-security-policy']
  delete request.headers['content-security-policy-report-only']
  if (!isPage(request.url)) return
  const policy = pagePolicy(newNonce(), isDev)
  request.headers['content-security-policy'] = policy
  response.setHeader('content-security-policy', policy)
}

function stopWith(close: () => void, cut: () => void): void {
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    close()
    setTimeout(cut, 300).unref()
    setTimeout(() => process.exit(0), SHUTDOWN_MS).unref()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  process.on('disconnect', stop)
  process.on('message', (message: { type?: string }) => {
    if (message.type === 'shutdown') stop()
  })
}

function fail(cause: unknown): void {
  const message = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE' ? `Port ${config.port} is taken by another program. Stop it, or set PORT to another port.` : `The web server could not start: ${String(cause)}`
  log.error({ cause }, 'web server could not start')
  process.send?.({ type: 'failed', message })
  process.exitCode = 1
  setTimeout(() => process.exit(1), 50)
}

serve().catch(fail)
