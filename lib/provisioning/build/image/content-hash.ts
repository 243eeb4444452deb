import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

// What an image is made of, as one word: the same word, the same image. Times of files do not count, because a checkout
// makes them anew.

/** Packages that were installed never come here; those that belong to a source are a part of it. */
const LEFT_OUT = new Set(['.git'])

export type Content = {
  /** Absolute folder of the context. */
  context: string
  /** Everything else that has a say in the result. */
  inputs: Record<string, unknown>
}

export async function contentHash({ context, inputs }: Content, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(ordered(inputs)))
  await addFolder(hash, context, '', signal)
  return hash.digest('hex')
}

async function addFolder(hash: Hash, root: string, folder: string, signal: AbortSignal): Promise<void> {
  for (const name of (await readdir(join(root, folder))).sort()) {
    signal.throwIfAborted()
    if (LEFT_OUT.has(name)) continue
    const path = join(folder, name)
    const found = await lstat(join(root, path))
    if (found.isDirectory()) {
      hash.update(`\0folder\0${path}`)
      await addFolder(hash, root, path, signal)
    } else if (found.isSymbolicLink()) hash.update(`\0link\0${path}\0${await readlink(join(root, path))}`)
    else if (found.isFile()) {
      hash.update(`\0file\0${path}\0${found.mode & 0o111 ? 'x' : '-'}\0${found.size}\0`)
      await pipeline(createReadStream(join(root, path)), async (chunks) => {
        for await (const chunk of chunks) hash.update(chunk as Buffer)
      })
    }
  }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, ordered(part)]))
}
