import { request as sendRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

import type { Times } from './forward'
import { guardTimes } from './guard-times'
import { aboutOf, requestHeaders, responseHeaders, type Arrival } from './headers'
import { join, part } from './join'
import { once } from './once'
import { rawPage, type Dress } from './pages'
import type { Target } from './route-index'
import { hidesAuthorization, targetThrough, type Passage, type Way } from './site/way'
import { beginAnswer, newStory, type Story } from './telemetry/story'
import { ending, type Failure, type Report, type Visitor } from './visitor'
import { headerLines } from './write-head'

/** A connection whose client asked for another protocol. `head`: what it sent after its question. */
export type Knock = { request: IncomingMessage; socket: Socket; head: Buffer; arrival: Arrival; dress: Dress; way: Way }

/** A handshake is a short question. */
const MOST_HANDSHAKE_MS = 30_000

/** A connection that wants to be upgraded (WebSocket or any other protocol) as a visitor: over when the client's and the workload's side are closed. */
export function upgradeVisitor(knock: Knock, times: Times): Visitor {
  const { socket, request, arrival, way } = knock
  const story = newStory()
  let before: { read: number; written: number } | null = null
  const { isOver, whenOver, end } = ending()
  let openSides = 1
  const onClosed = () => void (--openSides === 0 && end())
  const onEarlyEnd = () => void socket.destroy()
  // What the client sent after its question has been read already.
  const onBegun = () => void (before = { read: socket.bytesRead - knock.head.length, written: socket.bytesWritten })
  // A client that ends before it has an answer wants none any more.
  socket.once('end', onEarlyEnd)
  socket.once('close', onClosed)
  socket.on('error', () => socket.destroy())
  return {
    host: way.host,
    find: way.find,
    story,
    isOver,
    whenOver,
    about: aboutOf(request, arrival),
    caller: arrival.caller,
    conclude() {
      if (before) Object.assign(story, { bytesIn: socket.bytesRead - before.read, bytesOut: socket.bytesWritten - before.written })
      return before !== null
    },
    refuse(page) {
      beginAnswer(story, 'page', page.status)
      onBegun()
      socket.off('end', onEarlyEnd)
      part(socket, rawPage(page, knock.dress))
    },
    attempt(target, _, report) {
      story.target = target
      const onAnswered = (remote?: Socket) => {
        socket.off('end', onEarlyEnd)
        if (!remote) return
        openSides++
        remote.once('close', onClosed)
      }
      attempt({ ...knock, target, isOver, whenOver, onAnswered, onBegun, story }, times, report)
    },
  }
}

type Attempt = Knock & { target: Target; isOver(): boolean; whenOver(listener: () => void): void; onAnswered(remote?: Socket): void; /** The head of the answer has been said. */ onBegun(): void; story: Story }

/** Carries the handshake to a workload; after it, bytes both ways until both sides have ended. */
function attempt(what: Attempt, { connectMs, answerMs }: Times, report: Report): void {
  const { socket, head } = what
  const passage = what.way.passage()
  const upstream = begin(what, passage)
  if (!upstream) return report.failed({ kind: 'broken', mayRepeat: false })
  const limit = Math.min(passage?.ruled.site.rules.answerMs ?? answerMs, MOST_HANDSHAKE_MS)
  const guard = guardTimes(upstream, { connectMs, answerMs: limit })
  let isSettled = false
  const fail = (kind: Failure['kind']) => {
    if (isSettled) return
    isSettled = true
    guard.stop()
    report.failed({ kind, mayRepeat: true, limit })
  }
  what.whenOver(() => {
    guard.stop()
    upstream.destroy()
  })
  upstream.once('upgrade', (answer, remote, remoteHead) => {
    isSettled = true
    guard.stop()
    what.onAnswered(remote as Socket)
    beginAnswer(what.story, 'upgraded', 101)
    report.answered()
    socket.write(handshake(answer, true, what.dress))
    what.onBegun()
    if (remoteHead.length > 0) socket.write(remoteHead)
    if (head.length > 0) remote.write(head)
    join(socket, remote as Socket)
  })
  upstream.once('response', (answer) => {
    isSettled = true
    guard.stop()
    what.onAnswered()
    relayRefusal(answer, what, report)
  })
  upstream.on('error', () => fail(guard.failure() ?? 'broken'))
  upstream.once('close', () => fail('broken'))
  upstream.end()
}

/** Null for a request that cannot be said again, for example with a path Node does not write. */
function begin({ request, arrival, target }: Attempt, passage: Passage | null): ClientRequest | null {
  try {
    const { target: path, prefix } = targetThrough(passage, arrival.target)
    const headers = requestHeaders(request, arrival, { upgrade: true, prefix, hidesAuthorization: hidesAuthorization(passage) })
    return sendRequest({ host: target.host, port: passage?.path?.port ?? target.port, method: request.method ?? 'GET', path, headers, agent: false, setHost: false })
  } catch {
    return null
  }
}

/** The workload answered the handshake with an ordinary response: hands that on and closes. */
function relayRefusal(answer: IncomingMessage, { socket, isOver, onBegun, story, dress }: Attempt, report: Report): void {
  const breakOff = once(() => {
    if (answer.complete || isOver()) return
    story.outcome = 'broke_off'
    socket.destroy()
  })
  beginAnswer(story, 'answered', answer.statusCode ?? 502)
  report.answered()
  socket.resume()
  socket.write(handshake(answer, false, dress))
  onBegun()
  answer.pipe(socket, { end: false })
  answer.once('end', () => part(socket))
  answer.on('error', breakOff)
  answer.once('close', breakOff)
}

function handshake(answer: IncomingMessage, upgraded: boolean, dress: Dress): string {
  const headers = dress(responseHeaders(answer))
  if (upgraded) headers.push('Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? 'websocket')
  else headers.push('Connection', 'close')
  return `HTTP/1.1 ${answer.statusCode} ${answer.statusMessage ?? ''}\r\n${headerLines(headers)}\r\n`
}
