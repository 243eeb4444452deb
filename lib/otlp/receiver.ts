import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Database } from '../db/connection'
import type { Log } from '../log'
import { RECEIVER_NONCE, RECEIVER_PROOF_PATH, receiverProof } from '../secrets/otlp-token'
import type { Seal } from '../secrets/seal'
import { deploymentMasks } from '../telemetry/deployment-mask'
import { makeAuthenticate, type Sender } from './authenticate'
import { formOf, parseBody, readBody, Refusal, type Form } from './body'
import { writeMessage } from './proto'
import { linesOf } from './record-lines'
import { LogsRequest, MetricsRequest, TracesRequest } from './request'
import { makeLineWriter, RATE } from './write-lines'
import { makeSampleWriter, MOST_SERIES } from './write-samples'

// OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/#otlphttp. A request is answered when what it holds is stored.

/** Bodies that are read at once, of all services and of one. */
const MOST_AT_ONCE = 24
const MOST_OF_ONE = 8
const RETRY_S = 1
const BODY_MS = 15_000
const HEAD_MS = 10_000
const MOST_CONNECTIONS = 500

const PATHS: Record<string, Signal> = { '/v1/logs': 'logs', '/v1/metrics': 'metrics', '/v1/traces': 'traces' }
type Signal = 'logs' | 'metrics' | 'traces'

/** What was not taken; nothing: null. */
type Partial = { rejected: number; message: string } | null

export type ReceiverOptions = { db: Database['db']; seal: Seal; log: Log; rate?: typeof RATE; mostSeries?: number }
export type Receiver = {
  server: Server
  port: number
  /** Listens at these addresses besides, at the same port. Answers those where it could not. */
  listenAt(hosts: readonly string[]): Promise<string[]>
  close(): Promise<void>
}

/** Listens for what OpenTelemetry sends. Rejects when the port is taken. */
export async function startReceiver(options: ReceiverOptions, { host, port }: { host: string; port: number }): Promise<Receiver> {
  const { db, seal, log } = options
  const lines = makeLineWriter({ db, log, rate: options.rate ?? RATE })
  const room: Room = { options, authenticate: makeAuthenticate({ db, seal }), maskOf: deploymentMasks(db, seal), lines, samples: makeSampleWriter({ db, log, mostSeries: options.mostSeries ?? MOST_SERIES }), atWork: new Map() }
  const open = (at: { host: string; port: number }) => listening((request, response) => void answer(room, request, response), at, log)
  const server = await open({ host, port })
  const own = (server.address() as AddressInfo).port
  const others = new Map<string, Server>()
  return {
    server,
    port: own,
    async listenAt(hosts) {
      const failed: string[] = []
      for (const at of hosts) {
        if (others.get(at)?.listening) continue
        await open({ host: at, port: own }).then((other) => void others.set(at, other), () => void failed.push(at))
      }
      return failed
    },
    async close() {
      await Promise.all([server, ...others.values()].map(ended))
      await lines.stop()
    },
  }
}

async function listening(onRequest: RequestListener, { host, port }: { host: string; port: number }, log: Log): Promise<Server> {
  const server = createServer({ requestTimeout: BODY_MS, headersTimeout: HEAD_MS }, onRequest)
  server.maxConnections = MOST_CONNECTIONS
  server.keepAliveTimeout = 65_000
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve))
  server.on('error', (cause) => log.error({ cause }, 'the receiver failed'))
  return server
}

async function ended(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  setTimeout(() => server.closeAllConnections(), 3_000).unref()
  await closed
}

type Room = {
  options: ReceiverOptions
  authenticate: ReturnType<typeof makeAuthenticate>
  maskOf: ReturnType<typeof deploymentMasks>
  lines: ReturnType<typeof makeLineWriter>
  samples: ReturnType<typeof makeSampleWriter>
  /** How many requests of each service are at work. */
  atWork: Map<string, number>
}

async function answer(room: Room, request: IncomingMessage, response: ServerResponse): Promise<void> {
  let form: Form = 'json'
  try {
    const [path, query] = (request.url ?? '').split('?')
    if (path === RECEIVER_PROOF_PATH && request.method === 'GET') return prove(room, { request, response, nonce: new URLSearchParams(query).get('nonce') ?? '' })
    const signal = PATHS[path!]
    if (!signal) throw new Refusal(404, 'Logs are taken at /v1/logs, metrics at /v1/metrics.')
    if (request.method !== 'POST') throw new Refusal(405, 'Send it by POST.')
    form = formOf(request.headers['content-type'])
    const sender = await room.authenticate(request.headers)
    const partial = await inTurn(room, sender, () => take(room, { signal, form, sender }, request))
    send(response, 200, { form, bytes: () => writeMessage('Answer', answerOf(partial)), json: jsonOf(signal, partial) })
  } catch (error) {
    refuse(room, { request, response, form }, error)
  }
}

/** Shows whoever asks that this is the receiver, at the address where they have asked. */
function prove({ options }: Room, { request: { socket }, response, nonce }: { request: IncomingMessage; response: ServerResponse; nonce: string }): void {
  if (!RECEIVER_NONCE.test(nonce)) throw new Refusal(400, 'Give a nonce of 64 hexadecimal digits.')
  const address = (socket.localAddress ?? '').replace(/^::ffff:/, '')
  response.writeHead(200, { 'content-type': 'text/plain' }).end(receiverProof(options.seal, { address, port: socket.localPort ?? 0, nonce }))
}

function refuse({ options }: Room, { request, response, form }: { request: IncomingMessage; response: ServerResponse; form: Form }, error: unknown): void {
  if (response.destroyed || request.errored) return
  if (!(error instanceof Refusal)) options.log.error({ cause: error }, 'a request to the receiver failed')
  const refusal = error instanceof Refusal ? error : new Refusal(503, 'The receiver failed at this request.', RETRY_S)
  // What is still on its way is not read any more.
  if (!request.complete) response.setHeader('connection', 'close')
  if (refusal.retryS !== null) response.setHeader('retry-after', String(refusal.retryS))
  send(response, refusal.status, { form, bytes: () => writeMessage('Status', { message: refusal.message }), json: { message: refusal.message } })
}

function send(response: ServerResponse, status: number, { form, bytes, json }: { form: Form; bytes: () => Uint8Array; json: unknown }): void {
  const body = form === 'json' ? Buffer.from(JSON.stringify(json)) : Buffer.from(bytes())
  response.writeHead(status, { 'content-type': form === 'json' ? 'application/json' : 'application/x-protobuf', 'content-length': body.length }).end(body)
}

async function inTurn<T>({ atWork }: Room, { serviceId }: Sender, work: () => Promise<T>): Promise<T> {
  const own = atWork.get(serviceId) ?? 0
  if (own >= MOST_OF_ONE) throw new Refusal(429, `${MOST_OF_ONE} requests of this service are at work already.`, RETRY_S)
  let all = 0
  for (const count of atWork.values()) all += count
  if (all >= MOST_AT_ONCE) throw new Refusal(503, 'More comes than can be taken at the moment.', RETRY_S)
  atWork.set(serviceId, own + 1)
  try {
    return await work()
  } finally {
    const left = atWork.get(serviceId)! - 1
    if (left === 0) atWork.delete(serviceId)
    else atWork.set(serviceId, left)
  }
}

async function take({ lines, samples, maskOf }: Room, { signal, form, sender }: { signal: Signal; form: Form; sender: Sender }, request: IncomingMessage): Promise<Partial> {
  if (signal === 'logs') {
    const about = { deploymentId: sender.deploymentId, mask: await maskOf(sender.deploymentId) }
    // Nothing of a request is held while its lines wait, but they.
    const all = linesOf(parseBody(await readBody(request), form, { name: 'LogsRequest', schema: LogsRequest }), { ...about, readMs: Date.now() })
    const dropped = all.length === 0 ? 0 : await lines.write(sender, all)
    return dropped === 0 ? null : { rejected: dropped, message: `Of a service ${RATE.perSecond.toLocaleString('en-US')} lines are kept in a second.` }
  }
  if (signal === 'metrics') {
    const rejected = await samples.write(sender, parseBody(await readBody(request), form, { name: 'MetricsRequest', schema: MetricsRequest }))
    const count = [...rejected.values()].reduce((sum, each) => sum + each, 0)
    return count === 0 ? null : { rejected: count, message: `Not taken: ${[...rejected.keys()].join('; ')}.` }
  }
  const spans = parseBody(await readBody(request), form, { name: 'TracesRequest', schema: TracesRequest }).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((each) => each.spans))
  return spans.length === 0 ? null : { rejected: spans.length, message: 'Traces are not kept here. Set OTEL_TRACES_EXPORTER=none, or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT to where they are.' }
}

function answerOf(partial: Partial): Record<string, unknown> {
  return partial === null ? {} : { partialSuccess: { rejected: partial.rejected, errorMessage: partial.message } }
}

const REJECTED: Record<Signal, string> = { logs: 'rejectedLogRecords', metrics: 'rejectedDataPoints', traces: 'rejectedSpans' }

function jsonOf(signal: Signal, partial: Partial): Record<string, unknown> {
  return partial === null ? {} : { partialSuccess: { [REJECTED[signal]]: String(partial.rejected), errorMessage: partial.message } }
}
