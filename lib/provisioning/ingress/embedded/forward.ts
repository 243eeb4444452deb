import { request as sendRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'

import type { Route } from '../table'
import { guardTimes } from './guard-times'
import { aboutOf, hasBody, pairs, requestHeaders, responseHeaders, type Arrival } from './headers'
import { once } from './once'
import { sendPage } from './pages'
import type { Pool } from './pool'
import type { Target } from './route-index'
import { beginAnswer, newStory, type Story } from './telemetry/story'
import { ending, type Failure, type Report, type Visitor } from './visitor'

// Carries one request to a workload and its answer back, streaming both ways.
//
// A body is sent only once the connection stands, so a refused connection costs nothing and the next target can be tried.
// Methods that may be repeated use pooled connections and are repeated once when a pooled one turns out to be dead; the
// others always get a connection of their own, because after a break nobody knows whether they took effect.

export type Times = { connectMs: number; answerMs: number }
export type Exchange = { request: IncomingMessage; response: ServerResponse; arrival: Arrival; /** The client sends its body only when told to. */ awaitsContinue: boolean }

const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** An ordinary request as a visitor. */
export function requestVisitor(exchange: Exchange, way: { host: string; find(): Route | undefined }, means: Times & { pool: Pool }): Visitor {
  const { request, response, arrival } = exchange
  const story = newStory()
  const { isOver, whenOver, end } = ending()
  // An answer that waits for earlier ones of its connection has no socket yet, and hears nothing of the end of it.
  request.socket.once('close', end)
  let uploads = 0
  response.once('close', () => (response.writableFinished && uploads > 0 ? undefined : end()))
  response.on('error', () => {})
  whenOver(() => {
    request.socket.off('close', end)
    // What is left of a body nobody took would stand in the way of the next request.
    request.unpipe()
    request.resume()
  })
  return {
    ...way,
    story,
    isOver,
    whenOver,
    about: aboutOf(request, arrival),
    caller: arrival.caller,
    conclude: () => response.writableFinished,
    refuse(page) {
      beginAnswer(story, 'page', page.status)
      story.bytesOut += sendPage(exchange, page)
    },
    attempt(target, fresh, report) {
      story.target = target
      // A workload may answer before it has read everything: the rest is still carried.
      const onUpload = (upstream: ClientRequest) => {
        uploads++
        upstream.once('close', () => void (--uploads === 0 && response.writableFinished && end()))
      }
      attempt({ ...exchange, target, isOver, whenOver, onUpload, story }, { ...means, fresh }, report)
    },
  }
}

type Attempt = Exchange & { target: Target; isOver(): boolean; whenOver(listener: () => void): void; onUpload(upstream: ClientRequest): void; story: Story }

function attempt(what: Attempt, means: Times & { pool: Pool; fresh: boolean }, report: Report): void {
  const { request, response } = what
  const mayRepeat = !hasBody(request) && REPEATABLE.has(request.method ?? '')
  const isPooled = mayRepeat && !means.fresh
  const upstream = begin(what, means.pool, isPooled)
  if (!upstream) return report.failed({ kind: 'broken', mayRepeat: false })
  const guard = guardTimes(upstream, means)
  let isSettled = false
  const fail = (kind: Failure['kind']) => {
    if (isSettled) return
    isSettled = true
    guard.stop()
    request.unpipe(upstream)
    report.failed({ kind, mayRepeat: mayRepeat || kind === 'not_connected' })
  }
  what.whenOver(() => {
    guard.stop()
    if (!response.writableFinished) upstream.destroy()
  })
  upstream.once('response', (answer) => {
    isSettled = true
    guard.stop()
    relay(answer, what, report)
  })
  upstream.on('error', () => fail(guard.failure() ?? (isPooled && upstream.reusedSocket ? 'stale' : 'broken')))
  upstream.once('close', () => fail('broken'))
  sendBody(what, upstream, hasBody(request) ? guard.refresh : null)
}

/** Null for a request that cannot be said again, for example with a path Node does not write. */
function begin({ request, arrival, target }: Attempt, pool: Pool, isPooled: boolean): ClientRequest | null {
  try {
    const headers = requestHeaders(request, arrival, false)
    const upstream = sendRequest({ host: target.host, port: target.port, method: request.method ?? 'GET', path: request.url ?? '/', headers, agent: isPooled ? pool.kept : pool.single, setHost: false })
    pool.lend(upstream, target)
    return upstream
  } catch {
    return null
  }
}

/** Sends the body once the connection stands. */
function sendBody(exchange: Attempt, upstream: ClientRequest, onProgress: (() => void) | null): void {
  const { request, response } = exchange
  if (!onProgress) {
    upstream.end()
    return
  }
  upstream.once('socket', (socket) => {
    // When the answer is complete, Node no longer says that there is room for more of the body.
    socket.on('drain', () => void (upstream.writableNeedDrain && upstream.emit('drain')))
    const send = () => {
      if (exchange.awaitsContinue) response.writeContinue()
      request.on('data', (chunk: Buffer) => {
        exchange.story.bytesIn += chunk.length
        onProgress()
      })
      exchange.onUpload(upstream)
      request.pipe(upstream)
      request.once('aborted', () => upstream.destroy())
    }
    if (socket.connecting) socket.once('connect', send)
    else send()
  })
}

function relay(answer: IncomingMessage, { response, isOver, story }: Attempt, report: Report): void {
  const breakOff = once(() => {
    if (answer.complete || isOver()) return
    story.outcome = 'broke_off'
    report.brokeOff()
    response.destroy()
  })
  try {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', responseHeaders(answer) as never)
  } catch {
    answer.destroy()
    return report.failed({ kind: 'broken', mayRepeat: false })
  }
  beginAnswer(story, 'answered', answer.statusCode ?? 502)
  report.answered(answer.statusCode ?? 502)
  // Headers go out at once: an event stream may be silent for long.
  response.flushHeaders()
  answer.once('end', () => {
    if (answer.rawTrailers.length > 0 && answer.headers.trailer !== undefined) response.addTrailers(pairs(answer.rawTrailers))
  })
  answer.on('data', (chunk: Buffer) => void (story.bytesOut += chunk.length))
  answer.pipe(response)
  // An answer that ends too early must not look whole.
  answer.on('error', breakOff)
  answer.once('close', breakOff)
}
