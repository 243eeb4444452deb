import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

/** The user a server runs as when Easel itself runs as root, which PostgreSQL and others refuse. */
export type RunAs = { uid: number; gid: number; canReach(path: string): Promise<boolean> }

const POSTGRES = 'postgres'

/** Null for an ordinary user. For root: the system user `postgres`, or the one named, made when absent. */
export async function findRunAs(name = POSTGRES): Promise<RunAs | null> {
  if (process.getuid?.() !== 0) return null
  const ids = (await lookUp(name)) ?? (await create(name))
  return { ...ids, canReach: (path) => canReach(ids, path) }
}

async function lookUp(name: string): Promise<{ uid: number; gid: number } | null> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) }
}

async function create(name: string): Promise<{ uid: number; gid: number }> {
  try {
    await promisify(execFile)('useradd', ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin', name], { timeout: 10_000 })
  } catch (cause) {
    throw new Error(`A database refuses to run as root and the system user "${name}" could not be made. Run Easel as an ordinary user${name === POSTGRES ? ', or set DATABASE_URL' : ''}.`, { cause })
  }
  const made = await lookUp(name)
  if (made === null) throw new Error(`The system user "${name}" was made but is not in /etc/passwd. Run Easel as an ordinary user${name === POSTGRES ? ', or set DATABASE_URL' : ''}.`)
  return made
}

/** Whether every folder on the way may be passed and the last part be read by the user. Groups beside the main one are not looked at. */
async function canReach(ids: { uid: number; gid: number }, path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const found = await stat(at).catch(() => null)
    if (found && !mayPass(ids, found)) return false
    if (at === dirname(at)) return true
  }
}

function mayPass(ids: { uid: number; gid: number }, found: { uid: number; gid: number; mode: number }): boolean {
  if (found.uid === ids.uid) return (found.mode & 0o100) !== 0
  if (found.gid === ids.gid) return (found.mode & 0o010) !== 0
  return (found.mode & 0o001) !== 0
}
