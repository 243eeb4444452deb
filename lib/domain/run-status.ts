/** The life of one run of a cron service. */
export const RUN_STATUSES = ['queued', 'running', 'done', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed'] as const
export type RunStatus = (typeof RUN_STATUSES)[number]

export const RUN_STATUS: Record<RunStatus, { word: string; tone: 'progress' | 'good' | 'bad' | 'quiet'; explanation: string }> = {
  queued: { word: 'Queued', tone: 'progress', explanation: 'It begins when the run before it has ended.' },
  running: { word: 'Running', tone: 'progress', explanation: 'It is at work.' },
  done: { word: 'Done', tone: 'good', explanation: 'It ended with code 0.' },
  failed: { word: 'Failed', tone: 'bad', explanation: 'It ended with another code than 0, or could not be started.' },
  timed_out: { word: 'Timed out', tone: 'bad', explanation: 'It took longer than it may and was ended.' },
  cancelled: { word: 'Cancelled', tone: 'quiet', explanation: 'Someone ended it, or a newer run took its place.' },
  skipped: { word: 'Skipped', tone: 'quiet', explanation: 'The run before it was still at work, or too many were.' },
  missed: { word: 'Missed', tone: 'bad', explanation: 'The platform was not running when it was due.' },
}

/** Runs of one service that may wait or be at work: those of the clock beyond that are skipped, those of people refused. */
export const MOST_OPEN_RUNS = 20

/** Whether it waits or is at work. */
export function isOpen(status: RunStatus): boolean {
  return status === 'queued' || status === 'running'
}
