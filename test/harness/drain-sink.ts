import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export type Taken = { path: string; headers: IncomingHttpHeaders; body: Buffer }
export type Said = { status: number; headers?: Record<string, string>; body?: string | Uint8Array }
/** How requests are answered; null: not at all. */
export type Rule = (taken: Taken) => Said | null | Promise<Said | null>

/** A real HTTP server that takes what drains send: it keeps the requests that it answered with 200. */
export async function startDrainSink() {
  const taken: Taken[] = []
  const asked: Taken[] = []
  let rule: Rule = () => ({ status: 200 })
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const sent = Buffer.concat(parts)
      const one = { path: request.url ?? '', headers: request.headers, body: request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent }
      asked.push(one)
      void Promise.resolve(rule(one)).then((said) => {
        if (said === null) return
        if (said.status === 200) taken.push(one)
        response.writeHead(said.status, said.headers ?? {}).end(said.body ?? '')
      })
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    taken,
    asked,
    rule: (next: Rule) => void (rule = next),
    forget() {
      taken.length = 0
      asked.length = 0
      rule = () => ({ status: 200 })
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** The lines of requests with NDJSON. */
export function linesIn(taken: readonly Taken[]): { id: string; message: string; environment: { id: string; name: string }; service: { id: string; name: string }; [name: string]: unknown }[] {
  return taken.flatMap(({ body }) => body.toString('utf8').split('\n')).filter((line) => line !== '').map((line) => JSON.parse(line) as never)
}
