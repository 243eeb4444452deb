import { request as sendRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'

import { guardTimes } from './guard-times'
import { aboutOf, hasBody, requestHeaders, responseHeaders, type Arrival } from './headers'
import { attemptGrpc, isGrpc } from './http2/grpc'
import { once } from './once'
import { pour } from './pour'
import { sendPage, type Dress } from './pages'
import type { Pool } from './pool'
import type { Target } from './route-index'
import { hidesAuthorization, targetThrough, type Passage, type Way } from './site/way'
import { beginAnswer, newStory, type Story } from './telemetry/story'
import { ending, type Failure, type Report, type Visitor } from './visitor'
import { breakOff, isWhole, writeHead } from './write-head'

// Carries one request to a workload and its answer back, streaming both ways.
//
// A body is sent only once the connection stands, so a refused connection costs nothing and the next target can be tried.
// Methods that may be repeated use pooled connections and are repeated once when a pooled one turns out to be dead; the
// others always get a connection of their own, because after a break nobody knows whether they took effect.

export type Times = { connectMs: number; answerMs: number }
export type Exchange = { request: IncomingMessage; response: ServerResponse; arrival: Arrival; /** The client sends its body only when told to. */ awaitsContinue: boolean; dress: Dress; way: Way }

const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** An ordinary request as a visitor. */
export function requestVisitor(exchange: Exchange, means: Times & { pool: Pool }): Visitor {
  const { request, response, arrival, way } = exchange
  const story = newStory()
  const { isOver, whenOver, end } = ending()
  // An answer that waits for earlier ones of its connection has no socket yet, and hears nothing of the end of it.
  request.socket.once('close', end)
  let uploads = 0
  response.once('close', () => (isWhole(response) && uploads > 0 ? undefined : end()))
  response.on('error', () => {})
  whenOver(() => {
    request.socket.off('close', end)
    // What is left of a body nobody took would stand in the way of the next request.
    request.unpipe()
    request.resume()
  })
  return {
    host: way.host,
    find: way.find,
    story,
    isOver,
    whenOver,
    about: aboutOf(request, arrival),
    caller: arrival.caller,
    conclude: () => isWhole(response),
    refuse(page) {
      beginAnswer(story, 'page', page.status)
      story.bytesOut += sendPage(exchange, page)
    },
    attempt(target, fresh, report) {
      story.target = target
      // A workload may answer before it has read everything: the rest is still carried.
      const onUpload = (upstream: ClientRequest) => {
        uploads++
        upstream.once('close', () => void (--uploads === 0 && isWhole(response) && end()))
      }
      const carry = isGrpc(request) ? attemptGrpc : attempt
      carry({ ...exchange, target, isOver, whenOver, onUpload, story }, { ...means, fresh }, report)
    },
  }
}

export type Attempt = Exchange & { target: Target; isOver(): boolean; whenOver(listener: () => void): void; onUpload(upstream: ClientRequest): void; story: Story }

function attempt(what: Attempt, means: Times & { pool: Pool; fresh: boolean }, report: Report): void {
  const { request, response } = what
  const mayRepeat = !hasBody(request) && REPEATABLE.has(request.method ?? '')
  const isPooled = mayRepeat && !means.fresh
  const passage = what.way.passage()
  const upstream = begin(what, passage, means.pool, isPooled)
  if (!upstream) return report.failed({ kind: 'broken', mayRepeat: false })
  const { maxBodyBytes = null, answerMs = null } = passage?.ruled.site.rules ?? {}
  const times = { connectMs: means.connectMs, answerMs: answerMs ?? means.answerMs }
  const guard = guardTimes(upstream, times)
  let isSettled = false
  const fail = (kind: Failure['kind'], limit?: number) => {
    if (isSettled) return
    isSettled = true
    guard.stop()
    request.unpipe(upstream)
    report.failed({ kind, mayRepeat: mayRepeat || kind === 'not_connected', limit: kind === 'timeout' ? times.answerMs : limit })
  }
  // Of a body without a length, only its end says how long it was.
  const tooLong = once(() => {
    if (isSettled) breakOff(response)
    fail('too_large', maxBodyBytes ?? 0)
    upstream.destroy()
  })
  what.whenOver(() => {
    guard.stop()
    if (!isWhole(response)) upstream.destroy()
  })
  // What it says beforehand helps browsers; all else of that kind is between it and us.
  upstream.on('information', ({ statusCode, headers: { link } }) => {
    if (statusCode === 103 && link && !response.headersSent) hint(response, link)
  })
  upstream.once('response', (answer) => {
    isSettled = true
    guard.stop()
    relay(answer, what, report)
  })
  upstream.on('error', () => fail(guard.failure() ?? (isPooled && upstream.reusedSocket ? 'stale' : 'broken')))
  upstream.once('close', () => fail('broken'))
  sendBody(what, upstream, hasBody(request) ? { onProgress: guard.refresh, most: maxBodyBytes, tooLong } : null)
}

/** Null for a request that cannot be said again, for example with a path Node does not write. */
function begin({ request, arrival, target }: Attempt, passage: Passage | null, pool: Pool, isPooled: boolean): ClientRequest | null {
  try {
    const { target: path, prefix } = targetThrough(passage, arrival.target)
    const headers = requestHeaders(request, arrival, { upgrade: false, prefix, hidesAuthorization: hidesAuthorization(passage) })
    const upstream = sendRequest({ host: target.host, port: passage?.path?.port ?? target.port, method: request.method ?? 'GET', path, headers, agent: isPooled ? pool.kept : pool.single, setHost: false })
    pool.lend(upstream, target)
    return upstream
  } catch {
    return null
  }
}

/** Node sends only links that it understands; an answer does not fail for want of a hint. */
function hint(response: ServerResponse, link: string | string[]): void {
  try {
    const links = Array.isArray(link) ? link : link.split(/,(?=\s*<)/).map((each) => each.trim())
    ;(response as unknown as { writeEarlyHints(hints: { link: string[] }): void }).writeEarlyHints({ link: links })
  } catch {
    return
  }
}

type Upload = { onProgress(): void; /** Bytes it may have. */ most: number | null; tooLong(): void }

/** Sends the body once the connection stands. */
function sendBody(exchange: Attempt, upstream: ClientRequest, upload: Upload | null): void {
  const { request, response, story } = exchange
  if (!upload) {
    upstream.end()
    return
  }
  upstream.once('socket', (socket) => {
    // When the answer is complete, Node no longer says that there is room for more of the body.
    socket.on('drain', () => void (upstream.writableNeedDrain && upstream.emit('drain')))
    const send = () => {
      if (exchange.awaitsContinue) response.writeContinue()
      request.on('data', (chunk: Buffer) => {
        story.bytesIn += chunk.length
        upload.onProgress()
        if (upload.most !== null && story.bytesIn > upload.most) upload.tooLong()
      })
      exchange.onUpload(upstream)
      request.pipe(upstream)
      request.once('aborted', () => upstream.destroy())
    }
    if (socket.connecting) socket.once('connect', send)
    else send()
  })
}

function relay(answer: IncomingMessage, { response, isOver, story, dress }: Attempt, report: Report): void {
  const onEnd = once(() => {
    if (answer.complete || isOver()) return
    story.outcome = 'broke_off'
    breakOff(response)
  })
  try {
    writeHead(response, answer.statusCode ?? 502, dress(responseHeaders(answer)), answer.statusMessage ?? '')
  } catch {
    answer.destroy()
    return report.failed({ kind: 'broken', mayRepeat: false })
  }
  beginAnswer(story, 'answered', answer.statusCode ?? 502)
  report.answered()
  pour(answer, response, story)
  // An answer that ends too early must not look whole.
  answer.on('error', onEnd)
  answer.once('close', onEnd)
}
