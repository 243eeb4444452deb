import { tooLarge, type UploadLimits } from '@/lib/domain/archive/limits'
import { TAR_END, tarFilling, tarHeader } from '@/lib/domain/archive/tar'

import { refusal, unreadable, type FolderFile, type ReadFolder } from './read-folder'

const FOLD_BYTES = 8 * 1024 * 1024

type Bytes = Uint8Array<ArrayBuffer>

/** A folder as a tar.gz that waits to be sent: how long it is has to be told before, and it may be sent again. Throws a sentence when it gets too large. */
export async function packFolder({ files, sizeBytes }: Pick<ReadFolder, 'files' | 'sizeBytes'>, limits: UploadLimits, { signal, onShare }: { signal: AbortSignal; onShare: (share: number) => void }): Promise<Blob> {
  if (typeof CompressionStream === 'undefined') throw refusal('This browser cannot pack a folder. Use a newer one, or the command line: easel up.')
  let read = 0
  let packed = 0
  const parts = tarOf(files, (count) => {
    read += count
    onShare(sizeBytes === 0 ? 1 : Math.min(1, read / sizeBytes))
  })
  const counted = new TransformStream<Bytes, Bytes>({
    transform(chunk, to) {
      packed += chunk.length
      const problem = packed > limits.packedBytes ? tooLarge({ packedBytes: packed }, limits) : null
      if (problem !== null) throw refusal(problem)
      to.enqueue(chunk)
    },
  })
  const stream = streamOf(parts).pipeThrough(new CompressionStream('gzip') as unknown as TransformStream<Bytes, Bytes>, { signal }).pipeThrough(counted, { signal })
  return blobOf(stream, signal)
}

/** Folded now and then, so that a browser may keep it on its disk. */
async function blobOf(stream: ReadableStream<Bytes>, signal: AbortSignal): Promise<Blob> {
  const reader = stream.getReader()
  let blob = new Blob([], { type: 'application/gzip' })
  let parts: Bytes[] = []
  let held = 0
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value)
    held += next.value.length
    if (held < FOLD_BYTES) continue
    blob = new Blob([blob, ...parts], { type: blob.type })
    parts = []
    held = 0
  }
  signal.throwIfAborted()
  return new Blob([blob, ...parts], { type: blob.type })
}

function streamOf(parts: AsyncGenerator<Bytes>): ReadableStream<Bytes> {
  return new ReadableStream<Bytes>({
    async pull(to) {
      const next = await parts.next()
      if (next.done) to.close()
      else to.enqueue(next.value)
    },
    async cancel() {
      await parts.return(undefined)
    },
  })
}

async function* tarOf(files: readonly FolderFile[], onRead: (count: number) => void): AsyncGenerator<Bytes> {
  for (const { path, file } of files) {
    const reader = file.stream().getReader()
    const take = () => reader.read().catch(unreadable(path))
    let chunk = file.size === 0 ? undefined : (await take()).value
    // A browser tells nobody whether a file is a program; its first two characters do.
    yield tarHeader({ path, sizeBytes: file.size, isProgram: chunk?.[0] === 0x23 && chunk[1] === 0x21 }) as Bytes
    let sent = 0
    for (; chunk !== undefined; chunk = (await take()).value) {
      sent += chunk.length
      onRead(chunk.length)
      yield chunk as Bytes
    }
    if (sent !== file.size) unreadable(path)()
    yield tarFilling(file.size) as Bytes
  }
  yield TAR_END as Bytes
}
