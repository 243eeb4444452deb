import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { AppError } from '../../../errors'
import type { DataPaths } from '../../paths'
import { cgroupAt } from '../../process/cgroup'
import type { GroupSearch } from '../../process/group-members'
import type { ProcessIdentity } from '../../process/identity'

/** Everything one workload has on disk. */
export type RunFolder = {
  path: string
  state: string
  home: string
  temporary: string
  stdout: string
  stderr: string
  keeper: string
  /** A folder for each run. */
  runs: string
  /** Held by whoever starts or ends it; beside the folder, because that goes with a removal. */
  lock: string
}

/** What is known of one run, in a folder of its own: what is written about a former run can never be taken for this one. */
export type RunFiles = {
  path: string
  /** Made by the keeper before it starts the program, or by us so that it never does: whoever is first. */
  claim: string
  /** We asked it to end. */
  stopping: string
  /** Made when its end was first noticed. */
  ended: string
  /** It has been healthy. */
  healthy: string
  health: string
}

const NAME = /^[a-z0-9][a-z0-9-]{0,99}$/

export function isName(name: string): boolean {
  return NAME.test(name)
}

/** Where a workload of this name lies. Refuses a name that could lead out of the folder. */
export function runFolder(paths: DataPaths, name: string): RunFolder {
  if (!isName(name)) throw new AppError('invalid_input', `"${name}" cannot be the name of a workload.`)
  // Absolute: it becomes the program's HOME, and every worker must name it alike.
  const path = resolve(paths.workload(name))
  return {
    path,
    state: join(path, 'state.json'),
    home: join(path, 'home'),
    temporary: join(path, 'tmp'),
    stdout: join(path, 'stdout.log'),
    stderr: join(path, 'stderr.log'),
    keeper: join(path, 'keeper.sh'),
    runs: join(path, 'runs'),
    lock: join(resolve(paths.workloads), '.locks', name),
  }
}

export function runFiles(folder: RunFolder, run: string): RunFiles {
  const path = join(folder.runs, run)
  return {
    path,
    claim: join(path, 'claim'),
    stopping: join(path, 'stopping'),
    ended: join(path, 'ended'),
    healthy: join(path, 'healthy'),
    health: join(path, 'health.json'),
  }
}

/** Makes the folders of a run; nobody but the platform's user may look into them. */
export function makeRunFolder(folder: RunFolder, run: string): void {
  for (const path of [folder.path, folder.home, folder.temporary, runFiles(folder, run).path]) mkdirSync(path, { recursive: true, mode: 0o700 })
}

/**
 * How to find every process of this workload: its HOME and TMPDIR are given to no other. `cgroup`: folders of the group in
 * which the kernel keeps them, where it does.
 */
export function processesOf(folder: RunFolder, leader: ProcessIdentity | null, cgroup: readonly string[] = []): GroupSearch {
  return { leader, marks: [`HOME=${folder.home}`, `TMPDIR=${folder.temporary}`], cgroup: cgroup.length > 0 ? cgroupAt(cgroup) : null }
}

/** Name of that group: several platforms on one machine may have workloads of the same name. */
export function cgroupName(folder: RunFolder, name: string): string {
  return `${createHash('sha256').update(folder.path).digest('hex').slice(0, 10)}-${name}`
}
