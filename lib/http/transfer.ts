import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'

import { config } from '../config'
import { tooLarge } from '../domain/archive/limits'
import { AppError } from '../errors'
import { dataPaths } from '../provisioning/paths'
import { problemResponse, toProblem } from './problem'
import { requestIdOf } from './request'
import { sendOrder } from './worker-door'

/** Carries one file between whoever has its address and a worker, as a stream. The address is the right. */
export async function handleTransfer(request: Request, ticket: string): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  const { signal } = request
  const directory = dataPaths(config.dataDir).terminals
  try {
    if (request.method === 'PUT') {
      const body = request.body ? Readable.fromWeb(request.body as WebStream) : Readable.from([])
      const answer = await sendOrder(directory, { ticket, signal, content: { body, length: request.headers.get('content-length') } })
      answer.resume()
      return Response.json({ ok: true })
    }
    const answer = await sendOrder(directory, { ticket, signal })
    // What it is, is not guessed: it is kept as a file, and never shown as a page of ours.
    const headers = { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment', 'content-security-policy': 'sandbox', 'cache-control': 'no-store', 'x-request-id': requestId }
    return new Response(Readable.toWeb(answer) as ReadableStream, { headers: { ...headers, 'content-length': answer.headers['content-length'] ?? '0' } })
  } catch (error) {
    return problemResponse(toProblem(error, requestId))
  }
}

/** Carries a folder that is sent to a worker, and its answer back. The address is the right. */
export async function handleUpload(request: Request, ticket: string): Promise<Response> {
  const requestId = requestIdOf(request.headers)
  let body: Readable | null = null
  try {
    // Here as well: the answer of a worker that stops listening is lost to whoever is still sending.
    const problem = tooLarge({ packedBytes: Number(request.headers.get('content-length') ?? 0) }, config.uploads)
    if (problem !== null) throw new AppError('limit_exceeded', problem)
    body = request.body ? Readable.fromWeb(request.body as WebStream) : Readable.from([])
    const answer = await sendOrder(dataPaths(config.dataDir).terminals, { ticket, signal: request.signal, path: '/uploads', content: { body, length: request.headers.get('content-length') } })
    return new Response(Readable.toWeb(answer) as ReadableStream, { headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': requestId } })
  } catch (error) {
    // Browsers hear an answer when they have sent everything: the rest is read, and goes nowhere.
    body?.on('error', () => undefined).resume()
    return problemResponse(toProblem(error, requestId))
  }
}
