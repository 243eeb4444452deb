import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import protobuf from 'protobufjs'

// A collector of traces: takes OTLP over HTTP and gives what it was sent as a list.

export type SentSpan = { traceId: string; spanId: string; parentId: string | null; name: string; attributes: Record<string, string>; isError: boolean }

export type TraceSink = { url: string; spans: SentSpan[]; headers: Record<string, unknown>[]; /** Answers to requests that are held while `holds`. */ held: ServerResponse[]; holds: boolean; close(): Promise<void> }

const { root } = protobuf.parse(`syntax = "proto3";
  message Value { oneof value { string text = 1; bool flag = 2; int64 whole = 3; double real = 4; } }
  message Pair { string key = 1; Value value = 2; }
  message Status { string message = 2; int32 code = 3; }
  message Span { bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; repeated Pair attributes = 9; Status status = 15; }
  message ScopeSpans { repeated Span spans = 2; }
  message ResourceSpans { repeated ScopeSpans scope_spans = 2; }
  message Request { repeated ResourceSpans resource_spans = 1; }`)
const Request = root.lookupType('Request')

type RawSpan = { traceId: Buffer; spanId: Buffer; parentSpanId?: Buffer; name: string; attributes?: { key: string; value: Record<string, unknown> }[]; status?: { code?: number } }
type RawRequest = { resourceSpans?: { scopeSpans?: { spans?: RawSpan[] }[] }[] }

export async function traceSink(): Promise<TraceSink> {
  const sink: Omit<TraceSink, 'url' | 'close'> = { spans: [], headers: [], held: [], holds: false }
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    sink.headers.push(request.headers)
    if (sink.holds) return void sink.held.push(response)
    const read = Request.toObject(Request.decode(Buffer.concat(chunks)), { longs: String }) as RawRequest
    sink.spans.push(...(read.resourceSpans ?? []).flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans.map(spanOf))))
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(sink, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  })
}

function spanOf({ traceId, spanId, parentSpanId, name, attributes = [], status }: RawSpan): SentSpan {
  const values = attributes.map(({ key, value }) => [key, String(Object.values(value)[0])] as const)
  return { traceId: traceId.toString('hex'), spanId: spanId.toString('hex'), parentId: parentSpanId?.length ? parentSpanId.toString('hex') : null, name, attributes: Object.fromEntries(values), isError: status?.code === 2 }
}
