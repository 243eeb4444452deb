import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

import type { ProcessIdentity } from '../process/identity'
import { killMembers } from '../process/kill-group'
import { buildMark, type Run } from './run'

// A worker that was killed leaves the commands of its builds running. Whoever goes on with the build ends them first, so
// that a stage is never at work twice in one folder.

const GRACE_MS = 2_000

/** Notes the process group that works for this build. */
export function noteProcess(run: Run, identity: ProcessIdentity): void {
  mkdirSync(dirname(run.folder.processNote), { recursive: true })
  writeFileSync(run.folder.processNote, JSON.stringify(identity))
}

/** Ends what an earlier worker left running for this build; resolves when it is gone. */
export async function endLeftovers(run: Pick<Run, 'folder' | 'deployment'>): Promise<void> {
  await killMembers({ leader: readNote(run.folder.processNote), marks: [buildMark(run.deployment.id).entry] }, { graceMs: GRACE_MS })
}

function readNote(path: string): ProcessIdentity | null {
  try {
    const note = JSON.parse(readFileSync(path, 'utf8')) as Partial<ProcessIdentity>
    return typeof note.pid === 'number' && typeof note.startTime === 'string' ? { pid: note.pid, startTime: note.startTime } : null
  } catch {
    // No note, or half of one: then no command had been started, or it is found by its mark.
    return null
  }
}
