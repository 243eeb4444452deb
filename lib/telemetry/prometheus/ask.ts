import { z } from 'zod'

import { AppError } from '../../errors'

// The HTTP API of Prometheus (`query_range`), as VictoriaMetrics, Mimir and Thanos have it too.

export type PromServer = { url: string; token: string | undefined }

/** One line of an answer; `values`: seconds since 1970, and a number as text. */
const Matrix = z.object({
  status: z.literal('success'),
  data: z.object({ resultType: z.literal('matrix'), result: z.array(z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) })) }),
})
export type PromLine = z.infer<typeof Matrix>['data']['result'][number]
const Refusal = z.object({ status: z.literal('error'), error: z.string() })

const ANSWER_MS = 15_000
const MOST_BYTES = 64 * 1024 * 1024
const MOST_WORDS = 200
/** What helps whatever is wrong. */
const MEANWHILE = 'Of the last minutes Easel knows itself: choose those, or try again.'

/** A query at the end of each of these steps; all moments in milliseconds. Throws `unavailable` in words. */
export async function askRange(server: PromServer, query: string, { fromMs, untilMs, stepSeconds }: { fromMs: number; untilMs: number; stepSeconds: number }): Promise<PromLine[]> {
  const { address, shown, authorization } = placeOf(server)
  // `nocache`: VictoriaMetrics moves the moments otherwise.
  const form = new URLSearchParams({ query, start: String(fromMs / 1_000 + stepSeconds), end: String(untilMs / 1_000), step: String(stepSeconds), timeout: `${ANSWER_MS / 1_000}s`, nocache: '1' })
  let answer: { status: number; text: string }
  try {
    const response = await fetch(address, { method: 'POST', body: form, headers: authorization, redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) })
    answer = { status: response.status, text: await textOf(response) }
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const isLate = cause instanceof DOMException && cause.name === 'TimeoutError'
    throw new AppError('unavailable', `The Prometheus server at ${shown} ${isLate ? `did not answer within ${ANSWER_MS / 1_000} seconds` : 'cannot be reached'}. ${MEANWHILE}`, { cause })
  }
  if (answer.status === 401 || answer.status === 403) throw new AppError('unavailable', `The Prometheus server at ${shown} does not let Easel in (${answer.status}). Whoever runs Easel has to set PROMETHEUS_TOKEN, or a name and password in PROMETHEUS_URL. ${MEANWHILE}`)
  const body = jsonOf(answer.text)
  const matrix = Matrix.safeParse(body)
  if (matrix.success) return matrix.data.data.result
  const refusal = Refusal.safeParse(body)
  const said = refusal.success ? `: ${refusal.data.error.slice(0, MOST_WORDS)}` : ` with ${answer.status} and nothing that a Prometheus says; whoever runs Easel has to look at PROMETHEUS_URL`
  throw new AppError('unavailable', `The Prometheus server at ${shown} answered${said}. ${MEANWHILE}`)
}

/** `shown`: without what nobody may read. */
function placeOf({ url, token }: PromServer): { address: string; shown: string; authorization: Record<string, string> } {
  const { origin, pathname, username, password } = new URL(url)
  const base = `${origin}${pathname.replace(/\/+$/, '')}`
  const basic = username === '' ? null : `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`
  const authorization = token === undefined ? basic : `Bearer ${token}`
  return { address: `${base}/api/v1/query_range`, shown: base, authorization: authorization === null ? {} : { authorization } }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new AppError('limit_exceeded', 'That is more than can be answered at once. Ask for one service, or for less time.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
