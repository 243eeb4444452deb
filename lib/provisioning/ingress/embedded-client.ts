import { request as sendRequest } from 'node:http'
import { Readable } from 'node:stream'

import { z } from 'zod'

import { AppError } from '../../errors'
import { EDGES, type Certificate, type CertificateName, type Ingress, type ReadCertificates } from './table'
import { inPieces, linesOf, tableSince, wholeTable } from './table-lines'
import { Telemetry } from './telemetry'

const TIMEOUT_MS = 5_000
/** It has another table than the one that what is different was told from. */
const OTHER_BASE = 412
/** Certificates that are read and told at once. */
const CERTIFICATES_AT_ONCE = 100
/** It may lose what it was told, when it is started again meanwhile. */
const MOST_ROUNDS = 3

const Status = z.object({ version: z.number().optional(), table: z.string().optional(), shown: z.string().optional(), message: z.string().optional(), edge: z.enum(EDGES).optional(), troubles: z.object({ caddy: z.string().optional() }).optional() })
const Missing = Status.extend({ missing: z.array(z.string()) })
const Counted = z.object({
  epoch: z.string(),
  services: z.record(z.string(), z.object({ lastAt: z.string().nullable(), open: z.number(), held: z.number() })),
  targets: z.record(z.string(), z.number()),
})
const Wanted = z.object({ services: z.array(z.string()) })

type Call = { method: string; path: string; /** In pieces where it is long. */ body?: string | Iterable<string>; /** How long it may say nothing. */ timeoutMs?: number }
type Answer = { status: number; body: unknown }

/** The embedded ingress as the worker sees it, through its socket file. */
export function embeddedIngress(socketPath: string): Ingress {
  /** The table it was told last by us, as it calls it. */
  let last: { id: string; lines: ReadonlySet<string> } | null = null
  return {
    async publish(table, signal) {
      const lines = new Set(linesOf(table))
      const tell = (told: Iterable<string>) => ask(socketPath, { method: 'PUT', path: '/table', body: inPieces(told) }, signal)
      const former = last
      // Until it has answered, nobody knows what it has.
      last = null
      const short = former && (await tell(tableSince(former.id, table.version, { former: former.lines, lines })))
      const answer = short && short.status !== OTHER_BASE ? short : await tell(wholeTable(table.version, lines))
      const { status, body } = { status: answer.status, body: Status.parse(answer.body) }
      if (status === 409) throw new AppError('stale_generation', `The ingress already has routing table ${body.version}, which is newer than ${table.version}.`, { detail: { version: body.version } })
      if (status !== 200) throw new AppError('unavailable', `The ingress refused the routing table: ${body.message ?? status}.`)
      if (body.table !== undefined) last = { id: body.table, lines }
    },
    async publishCertificates(certificates: readonly CertificateName[], signal: AbortSignal, read: ReadCertificates = async (whole) => whole as readonly Certificate[]) {
      const tell = async (told: object) => {
        const answer = await ask(socketPath, { method: 'PUT', path: '/certificates', body: JSON.stringify(told) }, signal)
        if (answer.status !== 200) throw new AppError('unavailable', `The ingress refused the certificates: ${Status.parse(answer.body).message ?? answer.status}.`)
        return understood(Missing, answer).missing
      }
      let names = certificates
      for (let round = 0; round < MOST_ROUNDS; round++) {
        const missing = new Set(await tell({ names: names.map(({ id, fingerprint }) => [id, fingerprint]) }))
        if (missing.size === 0) return
        const lacked = names.filter(({ id }) => missing.has(id))
        for (let i = 0; i < lacked.length; i += CERTIFICATES_AT_ONCE) {
          const more = await read(lacked.slice(i, i + CERTIFICATES_AT_ONCE))
          await tell({ more })
          for (const { id } of more) missing.delete(id)
        }
        names = names.filter(({ id }) => !missing.has(id))
      }
      throw new AppError('unavailable', 'The ingress forgets the certificates that it is told. They are told again with the next look.')
    },
    async probe(signal) {
      try {
        const { version, shown, edge, troubles } = Status.parse((await ask(socketPath, { method: 'GET', path: '/status' }, signal)).body)
        return { ok: true, version: version ?? 0, certificates: shown, ...(edge === undefined ? {} : { edge }), ...(troubles?.caddy === undefined ? {} : { trouble: troubles.caddy }) }
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
    const headers = headersOf(call.body)
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
    if (call.body === undefined || typeof call.body === 'string') request.end(call.body)
    else Readable.from(call.body).once('error', (cause: Error) => request.destroy(cause)).pipe(request)
  })
}

function headersOf(body: Call['body']): Record<string, string | number> {
  if (body === undefined) return {}
  return typeof body === 'string' ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : { 'content-type': 'application/x-ndjson' }
}
