import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { rootCertificates } from 'node:tls'

import * as acme from 'acme-client'
import { z } from 'zod'

import type { AcmeConfig } from '../../config'
import { problemName, type AcmeProblem } from '../../domain/certificate/problem'
import { giveUp, ProblemError } from './certificate-error'

// How the library's requests reach an authority. It has one way for the whole program (an axios instance), tries again by itself for minutes, and keeps
// only the text of a refusal. So its way is replaced by this one: with the authority's own trust, one try, one limit of time, the signal of
// the job, the clock of the authority, and refusals as the problem documents that they are (RFC 7807). The library keeps what it
// is good at: signatures, nonces (also those that are refused and tried again, RFC 8555 6.5) and the order of requests.

const LIMIT_MS = 30_000
const MOST_BYTES = 1024 * 1024

type Adapter = Extract<typeof acme.axios.defaults.adapter, (config: never) => unknown>
type Asked = Parameters<Adapter>[0]
type Call = { agent: Agent; signal: AbortSignal; now(): Date; aheadMs: number }

const calls = new AsyncLocalStorage<Call>()

const Problem = z.object({
  type: z.string().catch(''),
  detail: z.string().catch(''),
  subproblems: z.array(z.object({ type: z.string().catch(''), detail: z.string().catch('') })).catch([]),
})

acme.axios.defaults.adapter = async (config) => {
  const call = calls.getStore()
  if (!call) throw new Error('An authority is asked by callAuthority only.')
  const { status, headers, text } = await send(call, config)
  const date = Date.parse(headers.date ?? '')
  if (!Number.isNaN(date)) call.aheadMs = call.now().getTime() - date
  const problem = status >= 300 ? problemOf({ status, text, retryAfter: headers['retry-after'] }, call.now()) : null
  // A refused nonce is the library's to try again.
  if (problem && problemName(problem) !== 'badNonce') throw new ProblemError(problem)
  return { status, statusText: '', headers: headers as Record<string, string>, data: text, config }
}

export type CallOptions = { config: AcmeConfig; signal: AbortSignal; now(): Date }

/** Does something with an authority. Inside, the library's requests go to it; `aheadMs` says by how much our clock was ahead of it at its last answer. Refusals are ProblemErrors. */
export async function callAuthority<T>({ config, signal, now }: CallOptions, work: (clock: { aheadMs(): number }) => Promise<T>): Promise<T> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ...(config.caFile === null ? {} : { ca: [...rootCertificates, readTrust(config.caFile)] }) })
  const call: Call = { agent, signal, now, aheadMs: 0 }
  try {
    return await calls.run(call, () => work({ aheadMs: () => call.aheadMs }))
  } finally {
    agent.destroy()
  }
}

function readTrust(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    giveUp('authority_refused', `The file ${file} that EASEL_ACME_CA_FILE names cannot be read (${(error as { code?: string }).code ?? 'unknown'}). Correct the setting, or let Easel's user read the file.`, error)
  }
}

type Answer = { status: number; headers: NodeJS.Dict<string>; text: string }

function send(call: Call, { url, method, data, headers }: Asked): Promise<Answer> {
  const signal = AbortSignal.any([call.signal, AbortSignal.timeout(LIMIT_MS)])
  const body = typeof data === 'string' ? data : undefined
  return new Promise((done, fail) => {
    // An abort says only that it was one; why, the signal knows.
    const failed = (error: Error) => fail(signal.aborted ? (signal.reason as Error) : error)
    const sent = request(url ?? '', { method: (method ?? 'get').toUpperCase(), agent: call.agent, signal, headers: { ...(headers.toJSON(true) as Record<string, string>), 'user-agent': 'Easel', ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) } }, (response) => {
      const parts: Buffer[] = []
      let size = 0
      response.on('data', (part: Buffer) => {
        size += part.length
        if (size > MOST_BYTES) response.destroy(new Error('The certificate authority answered with more than a mebibyte.'))
        else parts.push(part)
      })
      response.on('error', failed)
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: oneEach(response.headers), text: Buffer.concat(parts).toString('utf8') }))
    })
    sent.on('error', failed)
    sent.end(body)
  })
}

function oneEach(headers: NodeJS.Dict<string | string[]>): NodeJS.Dict<string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]))
}

function problemOf({ status, text, retryAfter }: { status: number; text: string; retryAfter: string | undefined }, now: Date): AcmeProblem {
  const parsed = Problem.safeParse(asJson(text))
  const said = parsed.success ? parsed.data : { type: '', detail: '', subproblems: [] }
  return { ...said, status, retryAfterS: secondsOf(retryAfter, now) }
}

/** Retry-After: seconds or a date (RFC 9110, 10.2.3); null for none. */
export function secondsOf(retryAfter: string | undefined, now: Date): number | null {
  if (retryAfter === undefined) return null
  if (/^\d+$/.test(retryAfter.trim())) return Number(retryAfter)
  const date = Date.parse(retryAfter)
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now.getTime()) / 1000))
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
