import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'

import type { S3Place, S3Room } from './room'
import { within } from './s3-store'
import { abortUploads } from './upload'

const ID = /^snp_[0-9a-z]{22}$/

/** Which of these snapshots are wanted. */
export type Wanted = (ids: readonly string[]) => Promise<ReadonlySet<string>>

/** Removes the objects of snapshots that are not wanted, and parts of such that were never completed. Answers what it removed. */
export function sweep(place: S3Place, { whole, unfinished }: { whole: Wanted; unfinished: Wanted }, signal: AbortSignal): Promise<string[]> {
  return within(place, signal, async (room) => {
    const removed: string[] = []
    for await (const ids of listed(room, signal)) {
      const wanted = await whole(ids)
      for (const id of ids.filter((each) => !wanted.has(each))) {
        await room.ask((client) => client.send(new DeleteObjectCommand({ Bucket: place.bucket, Key: place.prefix + id }), { abortSignal: signal }))
        removed.push(id)
      }
    }
    await abortUploads(room, '', signal, async (name) => {
      const id = name.slice(place.prefix.length)
      const isStray = ID.test(id) && !(await unfinished([id])).has(id)
      if (isStray) removed.push(id)
      return isStray
    })
    return removed
  })
}

/** Ids of snapshots that have objects, a page at a time; what is no snapshot of ours is left alone. */
async function* listed(room: S3Room, signal: AbortSignal): AsyncGenerator<string[]> {
  const { bucket, prefix } = room.place
  let from: string | undefined
  do {
    const page = await room.ask((client) => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(from === undefined ? {} : { ContinuationToken: from }) }), { abortSignal: signal }))
    yield (page.Contents ?? []).map(({ Key }) => (Key ?? '').slice(prefix.length)).filter((id) => ID.test(id))
    from = page.IsTruncated ? page.NextContinuationToken : undefined
  } while (from !== undefined)
}
