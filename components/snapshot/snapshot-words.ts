import type { RestoreView, SnapshotPlanView, SnapshotView } from '@/lib/contract/snapshot'
import type { StateShape, StateTone } from '@/lib/domain/service-state'

type Look = { word: string; tone: StateTone; shape: StateShape }

/** The status of a snapshot as shape, colour and word. */
export const SNAPSHOT_LOOK: Record<SnapshotView['status'], Look> = {
  queued: { word: 'Waiting', tone: 'quiet', shape: 'dashed' },
  running: { word: 'Being taken', tone: 'progress', shape: 'ring' },
  done: { word: 'Complete', tone: 'good', shape: 'check' },
  failed: { word: 'Failed', tone: 'bad', shape: 'cross' },
  cancelled: { word: 'Cancelled', tone: 'quiet', shape: 'cross' },
}

/** The status of a restore, likewise. */
export const RESTORE_LOOK: Record<RestoreView['status'], Look> = {
  queued: { word: 'Waiting to be restored', tone: 'quiet', shape: 'dashed' },
  running: { word: 'Being restored', tone: 'progress', shape: 'ring' },
  replacing: { word: 'Being replaced', tone: 'progress', shape: 'ring' },
  starting: { word: 'Restored, starting', tone: 'progress', shape: 'ring' },
  done: { word: 'Restored', tone: 'good', shape: 'check' },
  failed: { word: 'Not restored', tone: 'bad', shape: 'cross' },
  cancelled: { word: 'Restore cancelled', tone: 'quiet', shape: 'cross' },
}

/** Why a snapshot was taken, when no person is to be named. */
export const TRIGGER_WORDS: Record<SnapshotView['trigger'], string> = { manual: 'By hand', schedule: 'By schedule', safety: 'Before a restore', deploy: 'Before a deploy', branch: 'For a branch' }

/** Whether it still changes by itself. */
export function isOpen(status: SnapshotView['status'] | RestoreView['status']): boolean {
  return ['queued', 'running', 'replacing', 'starting'].includes(status)
}

const KNOWN: Record<string, string> = { '@hourly': 'Every hour', '@daily': 'Every day', '@weekly': 'Every week', '@monthly': 'Every month', '0 3 * * *': 'Every night at 3:00' }

/** `Every night at 3:00 (Europe/Zurich). The newest 7 are kept, for 30 days at most.` */
export function planWords({ schedule, timeZone, keepCount, keepDays, store }: NonNullable<SnapshotPlanView['plan']>): string {
  const place = store === null ? '' : ` They are in ${store.name}.`
  return `${KNOWN[schedule] ?? schedule} (${timeZone}). ${keepWords({ keepCount, keepDays })}${place}`
}

function keepWords({ keepCount, keepDays }: { keepCount: number | null; keepDays: number | null }): string {
  const days = keepDays === 1 ? '1 day' : `${keepDays} days`
  if (keepCount === null) return keepDays === null ? 'All of them are kept.' : `Each is kept for ${days}.`
  const count = keepCount === 1 ? 'The newest is kept' : `The newest ${keepCount} are kept`
  return keepDays === null ? `${count}.` : `${count}, for ${days} at most.`
}
