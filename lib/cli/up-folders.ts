import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { z } from 'zod'

// Which service a folder of this machine went to, so that nobody has to say it twice. Kept beside the sign-in, not in the folder
// itself: that one is sent.

const Folders = z.record(z.string(), z.string())
const MOST = 500

const fileOf = (folder: string) => join(folder, 'folders.json')
const keyOf = (url: string, path: string) => `${url} ${path}`

/** The service that a folder went to the last time; null when it never did. */
export async function serviceOf(folder: string, url: string, path: string): Promise<string | null> {
  return (await read(folder))[keyOf(url, path)] ?? null
}

/** Written beside and renamed, so that a killed program leaves the old one whole. */
export async function rememberService(folder: string, { url, path, serviceId }: { url: string; path: string; serviceId: string }): Promise<void> {
  const { [keyOf(url, path)]: _, ...others } = await read(folder)
  const kept = Object.fromEntries([...Object.entries(others), [keyOf(url, path), serviceId]].slice(-MOST))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const partial = `${fileOf(folder)}.${process.pid}`
  await writeFile(partial, JSON.stringify(kept, null, 2), { mode: 0o600 })
  await rename(partial, fileOf(folder))
}

async function read(folder: string): Promise<Record<string, string>> {
  try {
    return Folders.parse(JSON.parse(await readFile(fileOf(folder), 'utf8')))
  } catch {
    return {}
  }
}
