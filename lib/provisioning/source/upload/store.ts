import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { AppError } from '../../../errors'

// Archives lie in one folder, each under its digest: what has that name is whole. What is still arriving has another one.

const PARTIAL = '.partial'
const DIGEST = /^[0-9a-f]{64}$/
/** Whoever writes to a file touches it; one that nobody has touched for so long belongs to a process that died. */
const YOUNG_MS = 15 * 60_000

export function archivePath(folder: string, digest: string): string {
  if (!DIGEST.test(digest)) throw new Error('That is no digest of an archive.')
  return join(folder, digest)
}

/** An archive that has arrived and has not got its name yet. */
export type Arrived = { partial: string; digest: string; sizeBytes: number }

/** Writes what arrives to the disk. Nothing is left of what does not arrive whole. */
export async function receive(folder: string, { content, sizeBytes }: { content: AsyncIterable<Buffer>; sizeBytes: number }, signal: AbortSignal): Promise<Arrived> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const partial = join(folder, `${randomUUID()}${PARTIAL}`)
  const hash = createHash('sha256')
  let arrived = 0
  try {
    const file = await open(partial, 'wx', 0o600)
    try {
      for await (const chunk of content) {
        signal.throwIfAborted()
        arrived += chunk.length
        if (arrived > sizeBytes) throw broken()
        hash.update(chunk)
        for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
      }
      if (arrived !== sizeBytes) throw broken()
      await file.sync()
    } finally {
      await file.close()
    }
    return { partial, digest: hash.digest('hex'), sizeBytes }
  } catch (error) {
    await rm(partial, { force: true })
    throw isFull(error) ? new AppError('unavailable', 'There is no space left on the disk of the machine that runs Easel. Free some, then upload the folder again.', { cause: error }) : error
  }
}

/** Gives an archive its name; what has it already is the same. */
export async function place(folder: string, { partial, digest }: Arrived): Promise<void> {
  await rename(partial, archivePath(folder, digest))
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Files that may be removed: archives by their digests, and what never arrived by its path. Nothing that is young. */
export async function oldFiles(folder: string): Promise<{ digests: string[]; partials: string[] }> {
  const found = { digests: [] as string[], partials: [] as string[] }
  for (const name of await readdir(folder).catch(() => [])) {
    const seen = await stat(join(folder, name)).catch(() => null)
    if (seen === null || Date.now() - seen.mtimeMs < YOUNG_MS) continue
    if (DIGEST.test(name)) found.digests.push(name)
    else if (name.endsWith(PARTIAL)) found.partials.push(join(folder, name))
  }
  return found
}

function broken(): AppError {
  return new AppError('invalid_input', 'The archive did not arrive whole. Send it again.')
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')
}
