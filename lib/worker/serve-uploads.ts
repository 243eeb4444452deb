import { rm } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

import { z } from 'zod'

import type { UploadView } from '../contract/upload'
import { withLock } from '../db/queries/engine/advisory-lock'
import { find, noteArrived, type UploadRow } from '../db/queries/uploads'
import { tooLarge } from '../domain/archive/limits'
import { AppError, isAppError, notFound } from '../errors'
import { UPLOAD_ORDER } from '../operations/upload/order'
import type { Engine } from '../provisioning/engine'
import { place, receive, type Arrived } from '../provisioning/source/upload/store'
import { inspectArchive } from '../provisioning/source/upload/unpack'
import { UPLOADS_LOCK } from './sweep-uploads'

// Folders that are sent, over the worker's socket file: one request, one sealed order, one archive. It may be sent again until it
// has arrived; from then on the answer is the same and nothing more is read.

export type UploadServer = Pick<Engine, 'db' | 'sql' | 'seal' | 'paths' | 'config' | 'log' | 'now'>

/** Where it is asked at the socket file. */
export const UPLOADS_PATH = '/uploads'
/** Header that carries the order. */
const ORDER_HEADER = 'x-easel-order'
const TRANSFER_MS = 3_600_000
/** A connection that nothing has come over for so long is dead. */
const STALLED_MS = 60_000

const Order = z.object({ uploadId: z.string(), expiresAt: z.coerce.date() })

export function serveUploads(server: UploadServer): RequestListener {
  return (request, response) => {
    answer(server, request, response).catch((cause: unknown) => {
      if (!isAppError(cause) && request.complete) server.log.error({ cause }, 'an upload could not be taken')
      refuse(response, isAppError(cause) ? cause : new AppError('unavailable', 'The folder could not be taken. The log of the worker says why.'))
    })
  }
}

async function answer(server: UploadServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { uploadId, expiresAt } = open(server, String(request.headers[ORDER_HEADER] ?? ''))
  if (expiresAt < server.now()) throw new AppError('forbidden', 'This address has expired. Ask for another one.')
  const upload = await find(server.db, uploadId)
  if (!upload) throw notFound('upload')
  if (upload.digest === null) await take(server, upload, { request, response })
  else await passOver(request)
  const arrived = await find(server.db, uploadId)
  if (!arrived?.digest) throw notFound('upload')
  const view: UploadView = { id: arrived.id, name: arrived.name, digest: arrived.digest, sizeBytes: arrived.sizeBytes, files: arrived.files ?? 0 }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(view))
}

/** An answer before the end would be lost to whoever is still sending. */
async function passOver(request: IncomingMessage): Promise<void> {
  request.setTimeout(STALLED_MS, () => request.destroy())
  for await (const chunk of request) void chunk
}

async function take({ db, sql, paths, config, now }: UploadServer, { id }: UploadRow, { request, response }: { request: IncomingMessage; response: ServerResponse }): Promise<void> {
  const signal = AbortSignal.any([AbortSignal.timeout(TRANSFER_MS), whenLeft(response)])
  const sizeBytes = lengthOf(request)
  const problem = tooLarge({ packedBytes: sizeBytes }, config.uploads)
  if (problem !== null) throw new AppError('limit_exceeded', problem)
  request.setTimeout(STALLED_MS, () => request.destroy(new AppError('unavailable', 'Nothing of the folder arrived for a minute. Send it again.')))
  const arrived = await receive(paths.uploads, { content: request, sizeBytes }, signal)
  request.setTimeout(0)
  try {
    const found = await inspectArchive(arrived.partial, config.uploads, signal)
    // Whoever sweeps does not see the file with its name and without its row.
    await withLock(sql, { name: UPLOADS_LOCK, signal }, () => keep(arrived, () => noteArrived(db, id, { digest: arrived.digest, sizeBytes, ...found, at: now() }), paths.uploads))
  } finally {
    await rm(arrived.partial, { force: true })
  }
}

/** First the file, then the row: what has a row is there. */
async function keep(arrived: Arrived, note: () => Promise<boolean>, folder: string): Promise<void> {
  await place(folder, arrived)
  if (!(await note())) throw new AppError('conflict', 'Another archive has arrived for this upload meanwhile. Ask for another address.')
}

function open({ seal }: UploadServer, sealed: string): z.infer<typeof Order> {
  try {
    return Order.parse(JSON.parse(seal.open(sealed, UPLOAD_ORDER)))
  } catch (cause) {
    throw new AppError('forbidden', 'This address is not one that folders are sent to. Ask for another one.', { cause })
  }
}

function lengthOf({ headers }: IncomingMessage): number {
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (!Number.isSafeInteger(length) || length < 1) throw new AppError('invalid_input', 'How long the archive is must be told before it is sent: set Content-Length.', { status: 411 })
  return length
}

function whenLeft(response: ServerResponse): AbortSignal {
  const left = new AbortController()
  response.once('close', () => response.writableFinished || left.abort(new AppError('unavailable', 'The connection broke off. Send it again.')))
  return left.signal
}

function refuse(response: ServerResponse, { code, message, status }: AppError): void {
  if (response.headersSent) return void response.destroy()
  // What is still being sent is not read: the connection ends with the answer.
  response.writeHead(400, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ code, message, status }))
}
