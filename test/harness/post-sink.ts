import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Received = { path: string; headers: IncomingHttpHeaders; body: string }
/** How the next requests are answered: with a status, somewhere else, never, or without an end. */
export type Behaviour = { status: number; body?: string } | { redirect: string } | 'silence' | 'flood'

/** A real HTTP server that keeps what it is sent. */
export async function startPostSink() {
  const received: Received[] = []
  let behaviour: Behaviour = { status: 200, body: 'ok' }
  let onReceived = () => {}
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body })
      onReceived()
      if (behaviour === 'silence') return
      if (behaviour === 'flood') {
        response.writeHead(200)
        const more = () => {
          while (!response.destroyed && response.write('x'.repeat(1_000))) continue
          if (!response.destroyed) response.once('drain', more)
        }
        return more()
      }
      if ('redirect' in behaviour) return void response.writeHead(302, { location: behaviour.redirect }).end()
      response.writeHead(behaviour.status).end(behaviour.body ?? '')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    answer: (next: Behaviour) => void (behaviour = next),
    /** Resolves with the next request, before it is answered. */
    next: () => new Promise<void>((done) => (onReceived = done)),
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
