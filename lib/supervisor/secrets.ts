import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

export type InstanceSecrets = { sessionKey: string; encryptionKey: string; postgresPassword: string }

/**
 * The secrets of this instance, made at its first start and kept in files only their owner may read. A missing key
 * beside an existing database is refused: a new one could not read what the old one sealed.
 */
export async function loadSecrets(directory: string, hasDatabase: boolean): Promise<InstanceSecrets> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await chmod(directory, 0o700)
  const load = (name: string) => loadOne(join(directory, name), hasDatabase)
  return { sessionKey: await load('session-key'), encryptionKey: await load('encryption-key'), postgresPassword: await load('postgres-password') }
}

async function loadOne(path: string, hasDatabase: boolean): Promise<string> {
  const present = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new Error(`${path} cannot be read (${error.code}). Easel must be run by the user who owns its data folder.`, { cause: error })
  })
  if (present !== null) {
    if (!/^[0-9a-f]{64}$/.test(present.trim())) throw new Error(`${path} is damaged: it should hold 64 hexadecimal digits. Restore it from a backup.`)
    if (((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
    return present.trim()
  }
  if (hasDatabase) throw new Error(`${path} is missing, but there is a database that was made with it. Restore the file from a backup, or move the data folder away to start empty.`)
  const value = randomBytes(32).toString('hex')
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${value}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  return value
}
