import { request, type IncomingMessage } from 'node:http'

// One question to a replica for its metrics. What comes back was written by somebody else's program: it is bounded in time and size, and no redirect is followed.

const TIMEOUT_MS = 5_000
const MOST_BYTES = 4 * 1024 * 1024
const HEADERS = { accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.9,*/*;q=0.1', 'accept-encoding': 'identity', 'user-agent': 'easel', 'x-prometheus-scrape-timeout-seconds': String(TIMEOUT_MS / 1_000) }

export type Fetched = { text: string } | { /** A sentence: what was found. */ problem: string }

/** What a replica tells at a path. Never rejects. */
export function fetchExposition({ host, port }: { host: string; port: number }, path: string, { signal, timeoutMs = TIMEOUT_MS }: { signal: AbortSignal; timeoutMs?: number }): Promise<Fetched> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  return new Promise<Fetched>((resolve) => {
    const fail = (error: Error) => resolve({ problem: limit.aborted ? `GET ${path} was not answered within ${timeoutMs / 1_000} seconds.` : problemOf(error, path) })
    try {
      request({ host, port, path, method: 'GET', headers: HEADERS, signal: limit, agent: false }, (response) => void read(response, path).then(resolve, fail)).on('error', fail).end()
    } catch (error) {
      // A path with letters that no request can have.
      fail(error as Error)
    }
  })
}

async function read(response: IncomingMessage, path: string): Promise<Fetched> {
  const { statusCode, statusMessage, headers } = response
  const refuse = (problem: string) => {
    response.destroy()
    return { problem }
  }
  if (statusCode !== 200) return refuse(`GET ${path} was answered with ${statusCode} ${statusMessage ?? ''}`.trim() + `.${statusCode === 404 ? ' Set the path at which the program tells its metrics.' : statusCode === 401 || statusCode === 403 ? ' Metrics are asked for without signing in.' : ''}`)
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') return refuse(`GET ${path} was answered in ${headers['content-encoding'].slice(0, 20)}, which was not asked for.`)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES) return refuse(`GET ${path} was answered with more than ${MOST_BYTES / 1024 / 1024} MiB. Tell fewer metrics there.`)
    chunks.push(chunk)
  }
  return { text: Buffer.concat(chunks).toString('utf8') }
}

function problemOf(error: Error, path: string): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return `GET ${path}: nothing listens at the port of the service.`
  if (code === 'ECONNRESET') return `GET ${path}: the connection was closed before it was answered.`
  return `GET ${path} failed: ${error.message.slice(0, 200)}.`
}
