import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip as gunzipWith, inflate as inflateWith } from 'node:zlib'

import type { z } from 'zod'

import { holdsMore, readMessage, type MessageName } from './proto'

const gunzip = promisify(gunzipWith)
const inflate = promisify(inflateWith)

/** What a request may hold as it is sent, and unpacked. */
export const MOST_BYTES = { sent: 4 * 1024 * 1024, unpacked: 16 * 1024 * 1024 }

/** So many objects in one request: each takes hundreds of bytes once it is read, however little it takes as it is sent. */
const MOST_OBJECTS = 400_000
const BRACE = 0x7b

/** Why a request is not taken. `retryS`: after so many seconds it is worth sending again. */
export class Refusal extends Error {
  constructor(
    readonly status: 400 | 401 | 404 | 405 | 408 | 413 | 415 | 429 | 503,
    message: string,
    readonly retryS: number | null = null,
  ) {
    super(message)
    this.name = 'Refusal'
  }
}

export type Form = 'protobuf' | 'json'

/** How a request is written, by its content type. Throws Refusal (415) for any other. */
export function formOf(contentType: string | undefined): Form {
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase()
  if (type === 'application/x-protobuf') return 'protobuf'
  if (type === 'application/json') return 'json'
  throw new Refusal(415, 'Send application/x-protobuf or application/json.')
}

/** The body as it was before it was packed. Throws Refusal: 413 when it is too large either way, 415 for a packing that is not known, 400 when it is damaged. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES.sent) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MOST_BYTES.sent) throw tooLarge()
    chunks.push(chunk)
  }
  return unpack(Buffer.concat(chunks), (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase())
}

async function unpack(sent: Buffer, encoding: string): Promise<Buffer> {
  if (encoding === 'identity' || encoding === '') return sent
  if (encoding !== 'gzip' && encoding !== 'deflate') throw new Refusal(415, `The content encoding ${encoding.slice(0, 40)} is not known; use gzip.`)
  try {
    return await (encoding === 'gzip' ? gunzip : inflate)(sent, { maxOutputLength: MOST_BYTES.unpacked })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new Refusal(400, `The body is no whole ${encoding}.`)
  }
}

function tooLarge(): Refusal {
  return new Refusal(413, `A request may hold ${MOST_BYTES.sent / 1024 / 1024} MiB as it is sent and ${MOST_BYTES.unpacked / 1024 / 1024} MiB unpacked. Send smaller batches.`)
}

/** A body as what it says. Throws Refusal (400) for anything else, whatever it is. */
export function parseBody<T extends z.ZodType>(body: Buffer, form: Form, { name, schema }: { name: MessageName; schema: T }): z.output<T> {
  let raw: unknown
  try {
    if (form === 'protobuf' ? holdsMore(name, body, MOST_OBJECTS) : hasMoreObjects(body)) throw tooLarge()
    raw = form === 'protobuf' ? readMessage(name, body) : JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (error instanceof Refusal) throw error
    throw new Refusal(400, `The body is no ${form === 'protobuf' ? 'protobuf message' : 'JSON'} of this kind.`)
  }
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Refusal(400, `The body is not what OTLP says at ${issue?.path.join('.') || 'its top'}.`)
}

function hasMoreObjects(body: Buffer): boolean {
  let count = 0
  for (let at = body.indexOf(BRACE); at !== -1 && count <= MOST_OBJECTS; at = body.indexOf(BRACE, at + 1)) count++
  return count > MOST_OBJECTS
}
