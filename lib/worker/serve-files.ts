import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'

import { z } from 'zod'

import type { Db } from '../db/connection'
import { byId, noteMade } from '../db/queries/engine/volumes'
import { AppError, isAppError, notFound } from '../errors'
import { announce } from '../events/announce'
import type { Log } from '../log'
import { FILE_ORDER } from '../operations/volume/order'
import { IMAGE_OWNER } from '../provisioning/build/image/recipe-dockerfile'
import type { Targets } from '../provisioning/targets'
import { volumeName, type Volumes } from '../provisioning/runtime/driver'
import type { Seal } from '../secrets/seal'

// Files of volumes, over the worker's socket file: one request, one sealed order, carried out once. Whoever can reach the
// socket but has no order can do nothing; content goes by as a stream.

export type FileServer = { db: Db; seal: Seal; targets: Targets; now(): Date; log: Log }

/** Header that carries the order. */
export const ORDER_HEADER = 'x-easel-order'
const ACT_MS = 55_000
const TRANSFER_MS = 6 * 3_600_000

const Order = z.object({ id: z.string(), volumeId: z.string(), environmentId: z.string(), action: z.enum(['list', 'read', 'write', 'remove', 'make_folder']), path: z.string(), expiresAt: z.coerce.date() })
type Order = z.infer<typeof Order>

export function serveFiles(server: FileServer): RequestListener {
  /** Orders that were taken, with when they would have ended anyway. */
  const taken = new Map<string, Date>()
  return (request, response) => {
    answer(server, taken, { request, response }).catch((cause: unknown) => {
      if (!isAppError(cause)) server.log.error({ cause }, 'files of a volume could not be served')
      refuse(response, isAppError(cause) ? cause : new AppError('unavailable', 'That could not be done with the files. The log of the worker says why.'))
    })
  }
}

type Exchange = { request: IncomingMessage; response: ServerResponse }

async function answer(server: FileServer, taken: Map<string, Date>, { request, response }: Exchange): Promise<void> {
  const order = take(server, taken, String(request.headers[ORDER_HEADER] ?? ''))
  const signal = AbortSignal.any([AbortSignal.timeout(order.action === 'read' || order.action === 'write' ? TRANSFER_MS : ACT_MS), whenLeft(response)])
  const volumes = await ready(server, order, signal)
  const name = volumeName(order.volumeId)
  const path = order.path === '' ? [] : order.path.split('/')
  switch (order.action) {
    case 'list': {
      const { entries, more } = await volumes.files.list(name, path, signal)
      return json(response, { items: entries.map((entry) => ({ ...entry, modifiedAt: entry.modifiedAt.toISOString() })), more })
    }
    case 'make_folder':
      await volumes.files.makeFolder(name, path, signal)
      return json(response, {})
    case 'remove':
      await volumes.files.remove(name, path, signal)
      return json(response, {})
    case 'write':
      await volumes.files.write(name, path, { sizeBytes: lengthOf(request), content: request }, signal)
      return json(response, {})
    case 'read': {
      const { sizeBytes, content } = await volumes.files.read(name, path, signal)
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': sizeBytes })
      await pipeline(content, response, { signal }).catch(() => response.destroy())
    }
  }
}

/** Each order once: whoever finds an old address finds nothing. */
function take({ seal, now }: FileServer, taken: Map<string, Date>, sealed: string): Order {
  const order = open(seal, sealed)
  for (const [id, expiresAt] of taken) if (expiresAt < now()) taken.delete(id)
  if (order === null || order.expiresAt < now() || taken.has(order.id)) throw new AppError('forbidden', 'This address was used already or has expired. Ask for another one.')
  taken.set(order.id, order.expiresAt)
  return order
}

function open(seal: Seal, sealed: string): Order | null {
  try {
    return Order.parse(JSON.parse(seal.open(sealed, FILE_ORDER)))
  } catch {
    return null
  }
}

/** The volumes of the target, with this one made when something is to be put into it. */
async function ready({ db, targets, now }: FileServer, { volumeId, environmentId, action }: Order, signal: AbortSignal): Promise<Volumes> {
  const driver = (await targets.ofEnvironment(environmentId))?.driver
  const volumes = driver?.volumes
  if (!volumes) throw new AppError('not_now', 'What this environment runs on has no volumes.')
  if ((await byId(db, volumeId)) === null) throw notFound('volume')
  if (action !== 'write' && action !== 'make_folder') return volumes
  // Most likely it will be of a service whose image is made here.
  await volumes.ensure({ name: volumeName(volumeId), environmentId, owner: driver?.capabilities.artifacts === 'images' ? IMAGE_OWNER : null }, signal)
  if (await noteMade(db, volumeId, now())) await announce(db, { kind: 'graph', environmentId })
  return volumes
}

function lengthOf({ headers }: IncomingMessage): number {
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (!Number.isSafeInteger(length) || length < 0) throw new AppError('invalid_input', 'How long the file is must be told before it is sent: set Content-Length.', { status: 411 })
  return length
}

function whenLeft(response: ServerResponse): AbortSignal {
  const left = new AbortController()
  response.once('close', () => response.writableFinished || left.abort(new AppError('unavailable', 'The connection broke off.')))
  return left.signal
}

function json(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function refuse(response: ServerResponse, { code, message, status }: AppError): void {
  if (response.headersSent) return void response.destroy()
  // What is still being sent is not read: the connection ends with the answer.
  response.writeHead(400, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ code, message, status }))
}
