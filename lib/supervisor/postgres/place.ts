import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, readlink, stat, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import type { RunAs } from './run-as'

/** Where clusters and copied programs go when the postgres user cannot reach the data folder. */
export const REACHABLE_HOME = '/var/lib/easel-postgres'

/**
 * The folder of the cluster: `directory` itself, or, when Easel runs as root with a data folder that the postgres user
 * cannot reach (below /root), a folder under REACHABLE_HOME with `directory` as a link to it. The link carries a random
 * name, so an emptied data folder starts with an empty database.
 */
export async function placeCluster(directory: string, runAs: RunAs | null): Promise<string> {
  const linked = await readlink(directory).catch(() => null)
  if (linked !== null) {
    await own(linked, runAs)
    return linked
  }
  const parent = dirname(directory)
  await mkdir(parent, { recursive: true })
  if (runAs === null) {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    return directory
  }
  if (!(await runAs.canReach(parent))) await letPass(parent)
  if (await runAs.canReach(parent)) {
    await own(directory, runAs)
    return directory
  }
  const elsewhere = join(REACHABLE_HOME, `cluster-${randomBytes(6).toString('hex')}`)
  await own(elsewhere, runAs)
  await symlink(elsewhere, directory)
  return elsewhere
}

/** Lets others pass through the data folder itself, not look into it; its subfolders stay closed. */
async function letPass(folder: string): Promise<void> {
  const { mode } = await stat(folder)
  await chmod(folder, (mode & 0o777) | 0o011)
}

async function own(folder: string, runAs: RunAs | null): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (runAs) await chown(folder, runAs.uid, runAs.gid)
}
