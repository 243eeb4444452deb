import type { HoldingRoom } from './holding-room'

/** No poll is kept longer than this. */
const LONGEST_WAIT_MS = 60_000

/** Ids of the sleeping services somebody waits for: at once when there are any, else when the first arrives, else none after `waitMs`. */
export function whenWanted(room: HoldingRoom, waitMs: number, gone: AbortSignal): Promise<string[]> {
  return new Promise((resolve) => {
    const answer = () => {
      takeBack()
      clearTimeout(timer)
      gone.removeEventListener('abort', answer)
      resolve(room.wanted())
    }
    let takeBack = () => {}
    const timer = setTimeout(answer, Math.min(waitMs, LONGEST_WAIT_MS))
    gone.addEventListener('abort', answer)
    takeBack = room.whenWanted(answer)
    if (gone.aborted) answer()
  })
}
