import { context, createContextKey, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api'

import { isAppError } from './errors'

// Spans of the platform's own work, as far as somebody collects them (`lib/tracing`). Nobody does unless EASEL_TRACES_URL is set: then nothing here
// does anything besides calling what it is given.

/** How long what follows from a request is told as a part of it: looks at an environment follow each other for ever. */
const CARRIED_MS = 15 * 60_000

const SINCE = createContextKey('easel.since')
const CARRIED = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01;(\d{13})$/

// The web process has this file twice, in its program and in what Next has bundled.
const COLLECTED = Symbol.for('easel.spans-are-collected')
const shared = globalThis as { [COLLECTED]?: boolean }

/** Called by whoever collects spans, when it begins and when it ends. */
export function collectSpans(is: boolean): void {
  shared[COLLECTED] = is
}

export function isTracing(): boolean {
  return shared[COLLECTED] === true
}

export type SpanOptions = { kind?: 'server' | 'consumer' | 'client' | 'internal'; attributes?: Attributes }

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL }

/** Does a part of the work as a span of the present trace, or of a new one. Of an error only its code is told: its text may hold what is secret. */
export function traced<T>(name: string, { kind = 'internal', attributes = {} }: SpanOptions, work: () => Promise<T>): Promise<T> {
  if (!isTracing()) return work()
  return trace.getTracer('easel').startActiveSpan(name, { kind: KINDS[kind], attributes }, async (span) => {
    try {
      const result = await work()
      span.setStatus({ code: SpanStatusCode.OK })
      return result
    } catch (error) {
      fail(span, error)
      throw error
    } finally {
      span.end()
    }
  })
}

function fail(span: Span, error: unknown): void {
  const code = isAppError(error) ? error.code : error instanceof Error ? error.name : 'unknown'
  span.setAttribute('error.type', code)
  span.setStatus({ code: SpanStatusCode.ERROR, message: code })
}

/** The trace that this is a part of, 32 hexadecimal digits; null where there is none. */
export function traceId(): string | null {
  const found = isTracing() ? trace.getActiveSpan()?.spanContext() : undefined
  return found && trace.isSpanContextValid(found) ? found.traceId : null
}

/** What the platform's own log says of the present span; empty where there is none. */
export function traceFields(): { trace_id?: string; span_id?: string } {
  const found = isTracing() ? trace.getActiveSpan()?.spanContext() : undefined
  return found && trace.isSpanContextValid(found) ? { trace_id: found.traceId, span_id: found.spanId } : {}
}

/**
 * The present span for work that is done later and elsewhere: a `traceparent` of W3C Trace Context and since when its trace is carried on, in milliseconds since 1970.
 * Null where there is none, and when it was carried on for long enough.
 */
export function carriedTrace(nowMs = Date.now()): string | null {
  const found = isTracing() ? trace.getActiveSpan()?.spanContext() : undefined
  if (!found || !trace.isSpanContextValid(found)) return null
  const since = (context.active().getValue(SINCE) as number | undefined) ?? nowMs
  return nowMs - since > CARRIED_MS ? null : `00-${found.traceId}-${found.spanId}-01;${String(since).padStart(13, '0')}`
}

/** Does work as a part of what `carriedTrace` told; of nothing where it told nothing that can be read. */
export function withinTrace<T>(carried: unknown, work: () => T): T {
  if (!isTracing()) return work()
  const [, id, spanId, since] = (typeof carried === 'string' && CARRIED.exec(carried)) || []
  if (id === undefined || spanId === undefined) return context.with(ROOT_CONTEXT, work)
  const parent = trace.setSpanContext(ROOT_CONTEXT, { traceId: id, spanId, traceFlags: 1, isRemote: true })
  return context.with(parent.setValue(SINCE, Number(since)), work)
}
