import { request as sendRequest, type Agent, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'

import type { Route } from '../table'
import { requestHeaders, responseHeaders, type Arrival } from './headers'
import { brokenPage, refusedPage, sendPage, timeoutPage, type Page } from './pages'
import type { Target } from './route-index'

// Carries one request to a workload and its answer back, streaming both ways.
//
// A body is sent only once the connection stands, so a refused connection costs nothing and the next target can be tried.
// Methods that may be repeated use pooled connections and are repeated once when a pooled one turns out to be dead; the
// others always get a connection of their own, because after a break nobody knows whether they took effect.

export type ForwardOptions = { agent: Agent; connectMs: number; answerMs: number }

const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

export type Exchange = { request: IncomingMessage; response: ServerResponse; route: Route; arrival: Arrival }

/** Answers the exchange from the first target that takes it, or with a page that says why none did. */
export function forward(exchange: Exchange, targets: Target[], options: ForwardOptions): void {
  const [target, ...others] = targets
  if (!target) return sendPage(exchange.request, exchange.response, refusedPage(exchange.route.name))
  attempt(exchange, target, { ...options, fresh: false }, (failure) => {
    const { request, response, route } = exchange
    if (response.destroyed || response.writableEnded) return
    if (failure.kind === 'not_connected') return others.length > 0 ? forward(exchange, others, options) : sendPage(request, response, refusedPage(route.name))
    if (failure.kind === 'stale') return attempt(exchange, target, { ...options, fresh: true }, (again) => sendPage(request, response, pageOf(again, route, options)))
    sendPage(request, response, pageOf(failure, route, options))
  })
}

type Failure = { kind: 'not_connected' | 'stale' | 'broken' | 'timeout' }

function pageOf(failure: Failure, route: Route, { answerMs }: ForwardOptions): Page {
  if (failure.kind === 'timeout') return timeoutPage(route.name, Math.round(answerMs / 1000))
  return failure.kind === 'not_connected' ? refusedPage(route.name) : brokenPage(route.name)
}

function attempt(exchange: Exchange, target: Target, options: ForwardOptions & { fresh: boolean }, fail: (failure: Failure) => void): void {
  const { request, response, arrival } = exchange
  const hasBody = request.headers['content-length'] !== undefined ? request.headers['content-length'] !== '0' : request.headers['transfer-encoding'] !== undefined
  const pooled = !options.fresh && !hasBody && REPEATABLE.has(request.method ?? '')
  const headers = requestHeaders(request, arrival, false)
  const upstream = sendRequest({ host: target.host, port: target.port, method: request.method ?? 'GET', path: request.url ?? '/', headers, agent: pooled ? options.agent : false, setHost: false })
  const guard = guardTimes(upstream, options)
  let isOver = false
  const onClientGone = () => {
    if (!response.writableFinished) upstream.destroy()
  }
  response.once('close', onClientGone)

  const giveUp = (failure: Failure) => {
    if (isOver) return
    isOver = true
    guard.stop()
    response.off('close', onClientGone)
    request.unpipe(upstream)
    fail(failure)
  }
  upstream.once('response', (answer) => {
    isOver = true
    guard.stop()
    relay(answer, response, upstream)
  })
  upstream.once('error', () => {
    if (isOver) return
    giveUp({ kind: guard.timedOut() ? 'timeout' : !guard.connected() ? 'not_connected' : pooled && upstream.reusedSocket ? 'stale' : 'broken' })
  })
  upstream.once('close', () => giveUp({ kind: 'broken' }))
  sendBody(request, upstream, hasBody)
}

/** Sends the body once the connection stands. */
function sendBody(request: IncomingMessage, upstream: ClientRequest, hasBody: boolean): void {
  if (!hasBody) {
    upstream.end()
    return
  }
  upstream.once('socket', (socket) => {
    const send = () => {
      request.pipe(upstream)
      request.once('aborted', () => upstream.destroy())
    }
    if (socket.connecting) socket.once('connect', send)
    else send()
  })
}

function relay(answer: IncomingMessage, response: ServerResponse, upstream: ClientRequest): void {
  if (response.destroyed) {
    upstream.destroy()
    return
  }
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', responseHeaders(answer) as never)
  // Headers go out at once: an event stream may be silent for long.
  response.flushHeaders()
  answer.pipe(response)
  answer.once('end', () => {
    if (answer.rawTrailers.length > 0 && answer.headers.trailer !== undefined) response.addTrailers(answer.trailers as Record<string, string>)
  })
  // An answer that ends too early must not look whole.
  answer.once('aborted', () => response.destroy())
  answer.once('error', () => response.destroy())
}

function guardTimes(upstream: ClientRequest, { connectMs, answerMs }: ForwardOptions) {
  let isConnected = false
  let isTimedOut = false
  let timer = setTimeout(() => upstream.destroy(new Error('connect timeout')), connectMs)
  const onConnected = () => {
    isConnected = true
    clearTimeout(timer)
    timer = setTimeout(() => {
      isTimedOut = true
      upstream.destroy(new Error('answer timeout'))
    }, answerMs)
  }
  upstream.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', onConnected)
    else onConnected()
  })
  return { connected: () => isConnected, timedOut: () => isTimedOut, stop: () => clearTimeout(timer) }
}
