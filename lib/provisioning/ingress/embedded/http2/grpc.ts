import type { IncomingMessage } from 'node:http'
import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'

import type { Attempt, Times } from '../forward'
import { pairs, requestHeaders } from '../headers'
import { once } from '../once'
import { hidesAuthorization, targetThrough } from '../site/way'
import { beginAnswer } from '../telemetry/story'
import type { Failure, Report } from '../visitor'
import { breakOff, isWhole, writeHead, writeTrailers } from '../write-head'

// Carries one call of gRPC. Its protocol (grpc.io, "gRPC over HTTP2") is HTTP/2 from end to end: streams both ways at once, and the outcome
// in what follows the answer. Workloads speak it without TLS and without asking first. A call may have taken effect when it breaks, so like
// everything that must not be repeated it has a connection of its own, and is tried elsewhere only when none came about.

const GRPC = /^application\/grpc(?:$|[+;])/i
/** What is about connections of HTTP/1.1, or is said otherwise in HTTP/2. */
const LEFT_OUT = new Set(['host', 'connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te'])
/** The outcome of a call that is told with the head of its answer, because nothing comes between. */
const OUTCOME = /^grpc-(?:status|message|status-details-bin)$/

/** gRPC in browsers (`application/grpc-web`) is another protocol, which HTTP/1.1 carries. */
export function isGrpc({ httpVersionMajor, headers }: IncomingMessage): boolean {
  return httpVersionMajor === 2 && GRPC.test(headers['content-type'] ?? '')
}

export function attemptGrpc(what: Attempt, means: Times, report: Report): void {
  const { request, target, story, way } = what
  const passage = way.passage()
  const { maxBodyBytes = null, answerMs } = passage?.ruled.site.rules ?? {}
  const limitMs = answerMs ?? means.answerMs
  const port = passage?.path?.port ?? target.port
  let isConnected = false
  let stage: 'asking' | 'answered' | 'over' = 'asking'
  let session: ClientHttp2Session
  const fail = (failure: Failure) => {
    if (stage !== 'asking') return
    stage = 'over'
    clearTimeout(timer)
    session?.destroy()
    report.failed(failure)
  }
  const onBreak = () => {
    if (stage !== 'answered') return fail(isConnected ? { kind: 'broken', mayRepeat: false } : { kind: 'not_connected', mayRepeat: true })
    stage = 'over'
    session.destroy()
    if (what.isOver()) return
    story.outcome = 'broke_off'
    breakOff(what.response)
  }
  let timer = setTimeout(onBreak, means.connectMs)
  const await504 = () => {
    clearTimeout(timer)
    if (stage === 'asking') timer = setTimeout(fail, limitMs, { kind: 'timeout', mayRepeat: false, limit: limitMs } satisfies Failure)
  }
  try {
    session = connect(`http://${target.host.includes(':') ? `[${target.host}]` : target.host}:${port}`, { settings: { enablePush: false, initialWindowSize: 262_144 } })
  } catch {
    return onBreak()
  }
  session.on('error', onBreak).once('close', onBreak)
  session.once('connect', () => {
    if (stage !== 'asking') return
    isConnected = true
    let call: ClientHttp2Stream
    try {
      call = session.request(headersOf(what), { endStream: false })
    } catch {
      return fail({ kind: 'broken', mayRepeat: false })
    }
    await504()
    request.on('data', (chunk: Buffer) => {
      story.bytesIn += chunk.length
      await504()
      if (maxBodyBytes === null || story.bytesIn <= maxBodyBytes) return
      if (stage === 'answered') breakOff(what.response)
      fail({ kind: 'too_large', mayRepeat: false, limit: maxBodyBytes })
      session.destroy()
    })
    request.pipe(call)
    call.on('error', onBreak)
    call.once('response', (head, flags) => {
      if (stage !== 'asking') return
      clearTimeout(timer)
      stage = 'answered'
      relay(what, call, { head, isAll: (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0, done: () => {
        stage = 'over'
        session.close()
      } }, report)
    })
    call.once('close', onBreak)
  })
  what.whenOver(() => {
    clearTimeout(timer)
    if (isWhole(what.response)) return void session.close()
    stage = 'over'
    session.destroy(undefined, constants.NGHTTP2_CANCEL)
  })
}

type Answer = { head: IncomingHttpHeaders; /** Nothing comes after it. */ isAll: boolean; done(): void }

function relay({ response, story, dress }: Attempt, call: ClientHttp2Stream, { head, isAll, done }: Answer, report: Report): void {
  const status = Number(head[':status'] ?? 502)
  const all = pairs(flat(head))
  // Told apart, so that no proxy on the way has to know that this head is the end as well.
  const [outcome, rest] = isAll ? [all.filter(([name]) => OUTCOME.test(name)), all.filter(([name]) => !OUTCOME.test(name))] : [[], all]
  writeHead(response, status, dress(rest.flat()))
  beginAnswer(story, 'answered', status)
  report.answered()
  const follow = once(() => writeTrailers(response, { rawTrailers: outcome.flat(), headers: {} }))
  call.once('trailers', (trailers: IncomingHttpHeaders) => writeTrailers(response, { rawTrailers: flat(trailers), headers: {} }))
  call.on('data', (chunk: Buffer) => void (story.bytesOut += chunk.length))
  call.once('end', () => {
    follow()
    done()
  })
  call.pipe(response)
}

function headersOf({ request, arrival, way }: Attempt): OutgoingHttpHeaders {
  const passage = way.passage()
  const { target: path, prefix } = targetThrough(passage, arrival.target)
  const told = requestHeaders(request, arrival, { upgrade: false, prefix, hidesAuthorization: hidesAuthorization(passage) })
  const headers: Record<string, string[]> = {}
  for (const [name, value] of pairs(told)) if (!LEFT_OUT.has(name.toLowerCase())) (headers[name.toLowerCase()] ??= []).push(value)
  const plain = Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? values[0] : values]))
  return { ...plain, ':method': request.method ?? 'POST', ':path': path, ':scheme': 'http', ':authority': arrival.origin.authority, te: 'trailers' }
}

function flat(headers: IncomingHttpHeaders): string[] {
  return Object.entries(headers).flatMap(([name, value]) => (name.startsWith(':') || value === undefined ? [] : [value].flat().flatMap((each) => [name, each])))
}
