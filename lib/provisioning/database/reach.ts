import { chmod, mkdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import type { RunAs } from '../../supervisor/postgres/run-as'

// A server that runs as an ordinary user has to pass through every folder above its volume. Those of the platform itself
// are opened for passing; through the home of root nobody passes, so the volume is bound to a place that can be reached.

const REACHABLE = '/var/lib/easel-databases'
/** The volume, the folder of volumes, the data folder. */
const OURS_ABOVE = 2

/** Lets the user pass to the volume, if that is in our hands. Answers whether it can be reached. */
export async function letReach(volume: string, runAs: RunAs | null): Promise<boolean> {
  if (runAs === null) return true
  for (let folder = dirname(volume), above = 0; above < OURS_ABOVE; folder = dirname(folder), above++) {
    const { mode } = await stat(folder)
    if ((mode & 0o011) !== 0o011) await chmod(folder, (mode & 0o777) | 0o011)
  }
  return runAs.canReach(dirname(volume))
}

/** An empty folder to bind the volume to, for the processes that are started with it only. */
export async function reachablePlace(volume: string): Promise<string> {
  const path = join(REACHABLE, basename(volume))
  await mkdir(path, { recursive: true, mode: 0o755 })
  await chmod(REACHABLE, 0o755)
  return path
}
