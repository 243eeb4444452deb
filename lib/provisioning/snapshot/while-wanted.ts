import type { HeldLock } from '../../db/queries/engine/advisory-lock'
import type { Engine } from '../engine'
import { watchWanted, type Cancellations } from '../watch-wanted'

/** One try of a job about a snapshot. */
export type Attempt = { shutdown: AbortSignal; cancellations: Cancellations; isLastAttempt: boolean }

/** Why work on a snapshot ends before it is done. */
export class Ended extends Error {
  constructor(readonly kind: 'cancelled' | 'shutdown' | 'lost') {
    super(SAID[kind])
    this.name = 'Ended'
  }
}

const SAID = {
  cancelled: 'It is no longer wanted.',
  shutdown: 'The worker is shutting down.',
  lost: 'The lock was lost, so somebody else may be at work on it.',
}

type Wanted = { id: string; attempt: Attempt; lock: HeldLock; isWanted(): Promise<boolean> }

/** Works with a signal that aborts when somebody cancels. Whatever the work then stumbles over, it ends for the reason of the signal. */
export async function whileWanted<T>(engine: Engine, { id, attempt, lock, isWanted }: Wanted, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const look = async () => (!(await isWanted()) ? new Ended('cancelled') : (await lock.hold()) ? null : new Ended('lost'))
  const { signal, stop } = watchWanted(engine, id, { ...attempt, look, ending: new Ended('shutdown') })
  try {
    return await work(signal)
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    stop()
  }
}

export function isCancelled(error: unknown): boolean {
  return error instanceof Ended && error.kind === 'cancelled'
}

/** Whether the queue is to try again, rather than that it is written down as failed. */
export function isForLater(error: unknown, { isLastAttempt }: Attempt, isTold: boolean): boolean {
  return error instanceof Ended || (!isTold && !isLastAttempt)
}
