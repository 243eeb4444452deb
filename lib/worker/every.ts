import type { Log } from '../log'

/** Does something again and again, never twice at once, until the returned function is called; that waits for its end. */
export function every(ms: number, what: string, log: Log, work: () => Promise<void>): () => Promise<void> {
  let stopped = false
  let wake = () => {}
  const loop = (async () => {
    while (!stopped) {
      await work().catch((cause: unknown) => log.warn({ what, cause }, 'a round of the worker failed, will try again'))
      if (stopped) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
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
