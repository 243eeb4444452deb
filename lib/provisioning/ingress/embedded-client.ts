import { request as sendRequest } from 'node:http'

import { z } from 'zod'

import { AppError } from '../../errors'
import { EDGES, type Ingress } from './table'
import { Telemetry } from './telemetry'

const TIMEOUT_MS = 5_000

const Status = z.object({ version: z.number().optional(), message: z.string().optional(), edge: z.enum(EDGES).optional(), troubles: z.object({ caddy: z.string().optional() }).optional() })
const Counted = z.object({
  epoch: z.string(),
  services: z.record(z.string(), z.object({ lastAt: z.string().nullable(), open: z.number(), held: z.number() })),
  targets: z.record(z.string(), z.number()),
  deployments: z.record(z.string(), z.object({ requests: z.number(), failed: z.number(), buckets: z.array(z.number()) })),
})
const Wanted = z.object({ services: z.array(z.string()) })

type Call = { method: string; path: string; body?: string; /** How long it may say nothing. */ timeoutMs?: number }
type Answer = { status: number; body: unknown }

/** The embedded ingress as the worker sees it, through its socket file. */
export function embeddedIngress(socketPath: string): Ingress {
  return {
    async publish(table, signal) {
      const answer = await ask(socketPath, { method: 'PUT', path: '/table', body: JSON.stringify(table) }, signal)
      const { status, body } = { status: answer.status, body: Status.parse(answer.body) }
      if (status === 409) throw new AppError('stale_generation', `The ingress already has routing table ${body.version}, which is newer than ${table.version}.`, { detail: { version: body.version } })
      if (status !== 200) throw new AppError('unavailable', `The ingress refused the routing table: ${body.message ?? status}.`)
    },
    async publishCertificates(certificates, signal) {
      const answer = await ask(socketPath, { method: 'PUT', path: '/certificates', body: JSON.stringify(certificates) }, signal)
      if (answer.status !== 200) throw new AppError('unavailable', `The ingress refused the certificates: ${Status.parse(answer.body).message ?? answer.status}.`)
    },
    async probe(signal) {
      try {
        const { version, edge, troubles } = Status.parse((await ask(socketPath, { method: 'GET', path: '/status' }, signal)).body)
        return { ok: true, version: version ?? 0, ...(edge === undefined ? {} : { edge }), ...(troubles?.caddy === undefined ? {} : { trouble: troubles.caddy }) }
      } catch (error) {
        return { ok: false, message: error instanceof Error ? error.message : String(error) }
      }
    },
    traffic: async (signal) => understood(Counted, await ask(socketPath, { method: 'GET', path: '/traffic' }, signal)),
    async telemetry(stored, signal) {
      const path = stored ? `/telemetry?epoch=${encodeURIComponent(stored.epoch)}&seq=${stored.seq}` : '/telemetry'
      return understood(Telemetry, await ask(socketPath, { method: 'GET', path }, signal))
    },
    async wanted(waitMs, signal) {
      const call = { method: 'GET', path: `/wanted?wait=${Math.max(0, Math.round(waitMs))}`, timeoutMs: waitMs + TIMEOUT_MS }
      return understood(Wanted, await ask(socketPath, call, signal)).services
    },
  }
}

function understood<T>(shape: z.ZodType<T>, { status, body }: Answer): T {
  const parsed = shape.safeParse(body)
  if (status === 200 && parsed.success) return parsed.data
  throw new AppError('unavailable', `The ingress answered something else (${status}). It may be of another version: start Easel again.`)
}

function ask(socketPath: string, call: Call, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(new AppError('unavailable', `The ingress does not answer (${(cause as NodeJS.ErrnoException).code ?? cause.message}).`, { cause }))
    const headers = call.body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(call.body) }
    // A kept connection may just be closed from the other side: each call has its own.
    const request = sendRequest({ agent: false, socketPath, method: call.method, path: call.path, headers, timeout: call.timeoutMs ?? TIMEOUT_MS, signal }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown })
        } catch (error) {
          fail(error as Error)
        }
      })
      response.once('error', fail)
    })
    request.once('timeout', () => request.destroy(new Error('timeout')))
    request.once('error', fail)
    request.end(call.body)
  })
}
