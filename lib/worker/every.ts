import type { Log } from '../log'

/** A timer may be a little early, and would then find the former step. */
const LATE_MS = 20

/** Until the next step of the clock of this machine begins, for `every`: what is measured once in each step misses none and meets none twice. */
export function toNextStep(stepMs: number): () => number {
  return () => stepMs - (Date.now() % stepMs) + LATE_MS
}

/** Does something again and again, never twice at once, until the returned function is called; that waits for its end. `ms`: the pause after each time. */
export function every(ms: number | (() => number), what: string, log: Log, work: () => Promise<void>): () => Promise<void> {
  let stopped = false
  let wake = () => {}
  const loop = (async () => {
    while (!stopped) {
      await work().catch((cause: unknown) => log.warn({ what, cause }, 'a round of the worker failed, will try again'))
      if (stopped) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, typeof ms === 'number' ? ms : ms())
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  })()
  return async () => {
    stopped = true
    wake()
    await loop
  }
}
