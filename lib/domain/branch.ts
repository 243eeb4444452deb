import type { EngineName } from './engine/engines'
import type { MaskRule } from './mask'

// A branch: an environment that was drawn after another one, and the copies of data that are on their way into it.

/** `failed`: it waits for a person. `cancelled`: what was not copied by then is empty. */
export const BRANCH_STATUSES = ['running', 'done', 'failed', 'cancelled'] as const
export type BranchStatus = (typeof BRANCH_STATUSES)[number]

/** Where a copy is: not begun, a snapshot is being taken, it is being put into the new volume (and masked on the way), there. */
export const BRANCH_STEPS = ['waiting', 'copying', 'filling', 'done'] as const
export type BranchStep = (typeof BRANCH_STEPS)[number]

/** What a database or volume of the new environment begins with; nothing when it is not among the copies. */
export type BranchCopy = {
  /** The new volume, and the new database whose data it holds, if it is that of one. */
  volumeId: string
  serviceId: string | null
  name: string
  engine: EngineName | null
  /** The volume it is a copy of. */
  sourceVolumeId: string
  from: 'now' | 'snapshot'
  /** What is restored: one that was chosen, or that was taken for this and is removed after it; null while there is none. */
  snapshotId: string | null
  restoreId: string | null
  step: BranchStep
  masks: MaskRule[]
}

/** Why a branch cannot be tried again, as a sentence; null when it can. */
export function cannotRetry(status: BranchStatus): string | null {
  if (status === 'failed') return null
  return status === 'running' ? 'The copies are on their way already.' : status === 'done' ? 'All copies are there already.' : 'This branch was cancelled. Delete it and branch again.'
}

/** Why a branch cannot be cancelled, as a sentence; null when it can. */
export function cannotCancel(status: BranchStatus): string | null {
  if (status === 'running' || status === 'failed') return null
  return status === 'done' ? 'All copies are there already. Delete the environment when it is no longer needed.' : 'This branch was cancelled already.'
}
