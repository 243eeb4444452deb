import type { LogLineView } from '@/lib/contract/log'

/** Lines that come within this time are shown together. */
const GATHER_MS = 50

/** Hands on lines a few times a second, however fast they come. */
export function gather(hand: (lines: LogLineView[]) => void, signal: AbortSignal): (lines: readonly LogLineView[]) => void {
  let waiting: LogLineView[] = []
  return (come) => {
    const isGathering = waiting.length > 0
    waiting.push(...come)
    if (isGathering || waiting.length === 0) return
    setTimeout(() => {
      const lines = waiting
      waiting = []
      if (!signal.aborted) hand(lines)
    }, GATHER_MS)
  }
}
