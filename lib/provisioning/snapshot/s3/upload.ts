import { AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, HeadObjectCommand, ListMultipartUploadsCommand, PutObjectCommand, UploadPartCommand, type CompletedPart } from '@aws-sdk/client-s3'

import { AppError } from '../../../errors'
import { inParts, MAX_PARTS } from './parts'
import type { S3Room } from './room'

const CLEAN_MS = 20_000

/** Puts a content under a name: all of it, or nothing. What was begun under this name before and never ended is removed first. */
export async function upload(room: S3Room, { key, content }: { key: string; content: AsyncIterable<Buffer> }, signal: AbortSignal): Promise<void> {
  await abortUploads(room, key, signal)
  const parts = inParts(content)
  const first = (await parts.next()).value as Buffer
  const second = await parts.next()
  const bytes = second.done ? await putWhole(room, { key, body: first }, signal) : await putInParts(room, { key, parts: chain([first, second.value], parts) }, signal)
  const { Bucket, Key } = named(room, key)
  const { ContentLength } = await room.ask((client) => client.send(new HeadObjectCommand({ Bucket, Key }), { abortSignal: signal }))
  if (ContentLength !== bytes) throw new AppError('unavailable', `The store has kept ${ContentLength ?? 'no'} bytes of the ${bytes} that it was sent. Try it again.`)
}

async function putWhole(room: S3Room, { key, body }: { key: string; body: Buffer }, signal: AbortSignal): Promise<number> {
  await room.ask((client) => client.send(new PutObjectCommand({ ...named(room, key), Body: body, ContentLength: body.length }), { abortSignal: signal }))
  return body.length
}

async function putInParts(room: S3Room, { key, parts }: { key: string; parts: AsyncIterable<Buffer> }, signal: AbortSignal): Promise<number> {
  const { UploadId } = await room.ask((client) => client.send(new CreateMultipartUploadCommand(named(room, key)), { abortSignal: signal }))
  const begun = { ...named(room, key), UploadId }
  try {
    const sent: CompletedPart[] = []
    let bytes = 0
    for await (const Body of parts) {
      const PartNumber = sent.length + 1
      if (PartNumber > MAX_PARTS) throw new AppError('limit_exceeded', 'This is larger than what a store takes as one object. Keep it on the disk.')
      const { ETag } = await room.ask((client) => client.send(new UploadPartCommand({ ...begun, PartNumber, Body, ContentLength: Body.length }), { abortSignal: signal }))
      sent.push({ PartNumber, ETag })
      bytes += Body.length
    }
    await room.ask((client) => client.send(new CompleteMultipartUploadCommand({ ...begun, MultipartUpload: { Parts: sent } }), { abortSignal: signal }))
    return bytes
  } catch (error) {
    // Where that fails too, whoever writes or removes this name next does it.
    await room.client.send(new AbortMultipartUploadCommand(begun), { abortSignal: AbortSignal.timeout(CLEAN_MS) }).catch(() => undefined)
    throw error
  }
}

/** Removes what was sent of objects that were never completed: of one name, or of all that begin so. `isStray`: which of them. */
export async function abortUploads(room: S3Room, key: string, signal: AbortSignal, isStray: (name: string) => boolean | Promise<boolean> = (name) => name === named(room, key).Key): Promise<void> {
  const { Bucket, Key: Prefix } = named(room, key)
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
  for (;;) {
    const page = await room.ask((client) => client.send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...from }), { abortSignal: signal }))
    for (const { Key, UploadId } of page.Uploads ?? []) {
      if (Key === undefined || !(await isStray(Key))) continue
      await room.ask((client) => client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal: signal }).catch(goneIsFine))
    }
    if (!page.IsTruncated) return
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
  }
}

/** The bucket, and the whole name of an object in it. */
export function named({ place: { bucket, prefix } }: S3Room, key: string): { Bucket: string; Key: string } {
  return { Bucket: bucket, Key: `${prefix}${key}` }
}

function goneIsFine(error: { name?: string }): void {
  if (error.name !== 'NoSuchUpload') throw error
}

async function* chain(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first
  yield* rest
}
