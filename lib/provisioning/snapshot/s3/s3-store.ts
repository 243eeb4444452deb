import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { Readable } from 'node:stream'

import { isAppError } from '../../../errors'
import type { SnapshotStore } from '../store'
import { explain } from './explain'
import { openRoom, type S3Place, type S3Room } from './room'
import { abortUploads, named, upload } from './upload'

/** Snapshots as objects of an S3-compatible store, each whole from the moment it has its name. */
export function s3Store(place: S3Place): SnapshotStore {
  return {
    write: (id, content, signal) => within(place, signal, (room) => upload(room, { key: id, content }, signal)),
    read: (id, signal) => open(openRoom(place, signal), id, signal),
    sizeBytes: (id, signal) =>
      within(place, signal, async (room) => {
        const found = await room.ask((client) => client.send(new HeadObjectCommand(named(room, id)), { abortSignal: signal })).catch(absent)
        return found?.ContentLength ?? null
      }),
    remove: (id, signal) =>
      within(place, signal, async (room) => {
        await abortUploads(room, id, signal).catch(absent)
        await room.ask((client) => client.send(new DeleteObjectCommand(named(room, id)), { abortSignal: signal })).catch(absent)
      }),
  }
}

/** Does something with a client, and closes it. */
export async function within<T>(place: S3Place, signal: AbortSignal, work: (room: S3Room) => Promise<T>): Promise<T> {
  const room = openRoom(place, signal)
  try {
    return await work(room)
  } finally {
    room.close()
  }
}

async function open(room: S3Room, id: string, signal: AbortSignal): Promise<Readable> {
  try {
    const { Body } = await room.ask((client) => client.send(new GetObjectCommand(named(room, id)), { abortSignal: signal }))
    const body = Body as Readable
    return Readable.from(told(body, room), { objectMode: false }).once('close', () => {
      body.destroy()
      room.close()
    })
  } catch (error) {
    room.close()
    throw error
  }
}

async function* told(body: Readable, { place }: S3Room): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk as Buffer
  } catch (error) {
    throw explain(error, place)
  }
}

function absent(error: unknown): null {
  if (isAppError(error) && error.code === 'not_found') return null
  throw error
}
