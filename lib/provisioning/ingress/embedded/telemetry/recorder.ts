import { randomUUID } from 'node:crypto'

import { OTHER_ROUTE, pathOf, routeBook, type RouteBook } from '../../../../domain/route-template'
import { NONE, type AccessLine, type HttpCount, type LinkCount, type Outcome, type Stored, type Telemetry } from '../../telemetry'
import type { RouteIndex } from '../route-index'
import type { Visitor } from '../visitor'
import { lineBuffer, type LineLimits } from './line-buffer'
import { tally, type Heading, type LinkHeading } from './tally'

/** A request that has ended, whatever became of it. Times are milliseconds. */
export type Ended = {
  serviceId: string
  deploymentId: string | null
  replica: string | null
  method: string
  /** What it asked for, as it stands in the request. */
  target: string
  status: number
  outcome: Outcome
  durationMs: number
  firstByteMs: number | null
  bytesIn: number
  bytesOut: number
  client: string
  requestId: string
  /** Who asked: a service, if it came to a private port; empty where that could not be told; null for everybody else. */
  caller: string | null
}

/** What is to be written down of a visitor that is over. */
export function endedOf(serviceId: string, visitor: Visitor): Ended {
  const isWhole = visitor.conclude()
  const { about, story } = visitor
  const { outcome, target } = story
  return {
    serviceId,
    deploymentId: target?.deploymentId || null,
    replica: target?.replica ?? null,
    method: about.method,
    target: about.target,
    status: story.status,
    outcome: !isWhole && (outcome === 'answered' || outcome === 'page') ? 'client_left' : outcome,
    durationMs: performance.now() - story.arrivedAt,
    firstByteMs: story.firstByteMs,
    bytesIn: story.bytesIn,
    bytesOut: story.bytesOut,
    client: about.client,
    requestId: about.requestId,
    caller: visitor.caller(),
  }
}

export type Recorder = {
  /** Writes it down. Never throws: no request may fail because of it. */
  record(ended: Ended): void
  /** The portion after the stored one; see `lib/provisioning/ingress/telemetry`. */
  take(stored: Stored | null): Telemetry
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const LINES_AT_ONCE = 5_000
const MOST_PATH = 1_000
const MOST_WORD = 128

export type RecorderOptions = { index(): RouteIndex; now?: () => number; limits?: LineLimits; onTrouble(cause: unknown): void }

export function recorder({ index, now = Date.now, limits, onTrouble }: RecorderOptions): Recorder {
  const epoch = randomUUID()
  const counts = tally<Heading>(({ serviceId, deploymentId, route, method, status }) => `${serviceId} ${deploymentId} ${method} ${status} ${route}`, coarser)
  const links = tally<LinkHeading>(({ from, to }) => `${from} ${to}`, ({ to }) => ({ from: '', to }))
  const lines = lineBuffer(limits)
  let books = new Map<string, RouteBook>()
  let outstanding: Telemetry | null = null
  let seq = 0

  const bookOf = (serviceId: string) => {
    let book = books.get(serviceId)
    if (!book) books.set(serviceId, (book = routeBook(now)))
    return book
  }
  const write = (ended: Ended) => {
    const at = now()
    const isError = ended.status >= 500 || ended.outcome === 'broke_off'
    const route = bookOf(ended.serviceId).of(ended.target, ended.deploymentId !== null && ended.firstByteMs !== null && ended.status !== 404)
    const method = METHODS.has(ended.method) ? ended.method : 'OTHER'
    const measured = { firstByteMs: ended.outcome === 'upgraded' ? null : ended.firstByteMs, isError, bytesIn: ended.bytesIn, bytesOut: ended.bytesOut }
    counts.add({ serviceId: ended.serviceId, deploymentId: ended.deploymentId ?? '', route, method, status: classOf(ended) }, measured, at)
    if (ended.caller !== null) links.add({ from: ended.caller, to: ended.serviceId }, measured, at)
    if (index().byService(ended.serviceId)?.accessLines === false) return
    lines.add({ serviceId: ended.serviceId, isError, at }, () => lineOf(ended, route, at))
  }
  const forgetBooks = () => {
    if (books.size > index().table.routes.length) books = new Map([...books].filter(([id]) => index().byService(id)))
  }
  return {
    record(ended) {
      try {
        write(ended)
      } catch (cause) {
        onTrouble(cause)
      }
    },
    take(stored) {
      if (outstanding && (stored?.epoch !== epoch || stored.seq < outstanding.seq)) return outstanding
      forgetBooks()
      const portion = { counts: counts.take() as HttpCount[], links: links.take() as LinkCount[], ...lines.take(LINES_AT_ONCE) }
      const isEmpty = Object.values(portion).every((part) => part.length === 0)
      outstanding = isEmpty ? null : { epoch, seq: ++seq, ...portion }
      return outstanding ?? { epoch, seq, ...portion }
    },
  }
}

function coarser(heading: Heading): Heading {
  return { ...heading, route: OTHER_ROUTE, method: 'OTHER' }
}

function classOf({ status, outcome, firstByteMs }: Ended): HttpCount['status'] {
  if (outcome === 'client_left' && firstByteMs === null) return NONE
  return `${Math.min(5, Math.max(1, Math.floor(status / 100))) as 1 | 2 | 3 | 4 | 5}xx`
}

function lineOf({ serviceId, deploymentId, replica, method, target, status, outcome, durationMs, firstByteMs, bytesIn, bytesOut, client, requestId }: Ended, route: string, at: number): AccessLine {
  return {
    at,
    serviceId,
    deploymentId,
    replica,
    method: method.slice(0, MOST_WORD),
    path: pathOf(target.slice(0, 2 * MOST_PATH)).slice(0, MOST_PATH) || '/',
    route,
    status,
    outcome,
    durationMs: rounded(durationMs),
    firstByteMs: firstByteMs === null ? null : rounded(firstByteMs),
    bytesIn,
    bytesOut,
    client: client.replace(/^::ffff:(?=\d+\.)/i, ''),
    requestId: requestId.slice(0, MOST_WORD),
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
