import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { AppError } from '../../../errors'
import type { DataPaths } from '../../paths'
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
  /** Written by the keeper when the program ends. */
  exit: string
  keeper: string
}

/** Where a workload of this name lies. Refuses a name that could lead out of the folder. */
export function runFolder(paths: DataPaths, name: string): RunFolder {
  if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(name)) {
    throw new AppError('invalid_input', `"${name}" cannot be the name of a workload.`)
  }
  // Absolute: it becomes the program's HOME, and every worker must name it alike.
  const path = resolve(paths.workload(name))
  return {
    path,
    state: join(path, 'state.json'),
    home: join(path, 'home'),
    temporary: join(path, 'tmp'),
    stdout: join(path, 'stdout.log'),
    stderr: join(path, 'stderr.log'),
    exit: join(path, 'exit'),
    keeper: join(path, 'keeper.sh'),
  }
}

/** Makes the folder; nobody but the platform's user may look into it. */
export function makeRunFolder(folder: RunFolder): void {
  for (const path of [folder.path, folder.home, folder.temporary]) mkdirSync(path, { recursive: true, mode: 0o700 })
}

/** How to find every process of this workload: its HOME and TMPDIR are given to no other. */
export function processesOf(folder: RunFolder, leader: ProcessIdentity | null): GroupSearch {
  return { leader, marks: [`HOME=${folder.home}`, `TMPDIR=${folder.temporary}`] }
}
