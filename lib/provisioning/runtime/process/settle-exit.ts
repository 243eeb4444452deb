import { isAlive } from '../../process/identity'
import { readExit } from './keeper'
import type { RunFolder } from './run-folder'
import { changeState, type State } from './state'

/** Whether the run that the state speaks of has a living process. */
export function isRunning(state: State): boolean {
  return state.leader !== null && state.exit === null && isAlive(state.leader)
}

/**
 * Writes down how a run ended that has ended: from what the keeper left, or as unknown. Idempotent; the time of an
 * unknown end is the time it was first noticed.
 */
export function settleExit(folder: RunFolder): State | null {
  return changeState(folder, (state) => {
    if (state.exit !== null || isRunning(state)) return {}
    const seen = state.leader === null ? null : readExit(folder)
    return {
      health: 'unknown',
      exit: { code: seen?.code ?? null, signal: seen?.signal ?? null, at: seen?.at ?? new Date(), byPlatform: state.stopping },
    }
  })
}
