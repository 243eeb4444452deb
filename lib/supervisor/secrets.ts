import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { areKeys } from '../secrets/keys'

export type InstanceSecrets = { sessionKey: string; encryptionKey: string; postgresPassword: string }

/**
 * The secrets of this instance, made at its first start and kept in files only their owner may read. A missing key
 * beside an existing database is refused: a new one could not read what the old one sealed.
 */
export async function loadSecrets(directory: string, hasDatabase: boolean): Promise<InstanceSecrets> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  const load = (name: string, isWhole = (text: string) => /^[0-9a-f]{64}$/.test(text)) => loadOne(join(directory, name), hasDatabase, isWhole)
  return { sessionKey: await load('session-key'), encryptionKey: await load(ENCRYPTION_KEY, areKeys), postgresPassword: await load('postgres-password') }
}

const ENCRYPTION_KEY = 'encryption-key'

/** Writes the keys of the instance in place of those that are there: wholly, or not at all. */
export async function storeEncryptionKeys(directory: string, keys: string): Promise<void> {
  const path = join(directory, ENCRYPTION_KEY)
  const fresh = `${path}.new`
  await rm(fresh, { force: true })
  await writeWhole(fresh, keys)
  await rename(fresh, path)
  const folder = await open(directory, 'r')
  await folder.sync().finally(() => folder.close())
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${text}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function loadOne(path: string, hasDatabase: boolean, isWhole: (text: string) => boolean): Promise<string> {
  const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new Error(`${path} cannot be read (${error.code}). Easel must be run by the user who owns its data folder.`, { cause: error })
  })
  if (present !== null) {
    if (!isWhole(present.trim())) throw new Error(`${path} is damaged: it should hold 64 hexadecimal digits. Restore it from a backup.`)
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
    return present.trim()
  }
  if (hasDatabase) throw new Error(`${path} is missing, but there is a database that was made with it. Restore the file from a backup, or move the data folder away to start empty.`)
  const value = randomBytes(32).toString('hex')
  await writeWhole(path, value)
  return value
}
