import { AbortMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { randomBytes } from 'node:crypto'

import { AppError, isAppError } from '../../../errors'
import { within } from './s3-store'
import { explain } from './explain'
import type { S3Place, S3Room } from './room'
import { abortUploads, named } from './upload'

const LIMIT_MS = 30_000
const KEY = 'easel-connection-test'

export type Tried = { ok: boolean; message: string }

/** Does with a small object all that is done with snapshots. Never throws, unless it is told to stop: what went wrong is the answer, as a sentence. */
export async function tryPlace(place: S3Place, signal: AbortSignal): Promise<Tried> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
  try {
    await within(place, limit, (room) => goThrough(room, limit))
    return { ok: true, message: 'A small object was written, read and deleted.' }
  } catch (error) {
    signal.throwIfAborted()
    return { ok: false, message: (limit.aborted ? explain({ name: 'TimeoutError' }, place) : isAppError(error) ? error : explain(error, place)).message }
  }
}

async function goThrough(room: S3Room, signal: AbortSignal): Promise<void> {
  const object = named(room, KEY)
  const content = randomBytes(32).toString('hex')
  await room.ask((client) => client.send(new PutObjectCommand({ ...object, Body: content }), { abortSignal: signal }))
  const found = await room.ask(async (client) => (await client.send(new GetObjectCommand(object), { abortSignal: signal })).Body?.transformToString())
  if (found !== content) throw new AppError('unavailable', 'The store answered something else than what had just been written to it. Something in between keeps old answers.')
  await room.ask((client) => client.send(new DeleteObjectCommand(object), { abortSignal: signal }))
  await tryMultipart(room, signal)
}

/** Larger snapshots are sent in parts, and those of a worker that died are found by a list. */
async function tryMultipart(room: S3Room, signal: AbortSignal): Promise<void> {
  const object = named(room, KEY)
  const { UploadId } = await room.ask((client) => client.send(new CreateMultipartUploadCommand(object), { abortSignal: signal }))
  try {
    await abortUploads(room, KEY, signal)
  } catch (error) {
    await room.client.send(new AbortMultipartUploadCommand({ ...object, UploadId }), { abortSignal: signal }).catch(() => undefined)
    throw error
  }
}
