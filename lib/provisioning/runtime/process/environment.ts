import { delimiter, dirname, join } from 'node:path'

import type { Workload } from '../driver'
import type { RunFolder } from './run-folder'

/** Where programs are looked for: the app's own, the Node that runs Easel, then the system's. */
export function searchPath(cwd: string): string {
  return [
    join(cwd, 'node_modules', '.bin'),
    dirname(process.execPath),
    '/usr/local/bin',
    ...(process.platform === 'darwin' ? ['/opt/homebrew/bin'] : []),
    '/usr/bin',
    '/bin',
  ].join(delimiter)
}

/** What the program is given: the workload's variables and four of ours; nothing of the platform's own environment. */
export function workloadEnvironment(workload: Workload, folder: RunFolder, cwd: string): Record<string, string> {
  return {
    PATH: searchPath(cwd),
    HOME: folder.home,
    TMPDIR: folder.temporary,
    LANG: process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8',
    // A file server needs no variables, least of all secret ones.
    ...(workload.start.kind === 'command' ? workload.env : {}),
  }
}
