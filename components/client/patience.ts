// Timers stand still while a machine sleeps, so silence is measured by the clock and looked at often.

const LOOK_MS = 2_000
const BACK = ['online', 'focus']

export type Limits = {
  /** Silence that means the connection is dead. */
  silenceMs: number
  /** Silence that does so for a page that has just come into view. */
  suspiciousMs: number
  /** How long a page that nobody sees keeps its connection. */
  hiddenMs: number
}

/** Calls `cut` once nothing was heard for too long, the network went away, or nobody has looked for a while. */
export function heardWithin({ silenceMs, suspiciousMs, hiddenMs }: Limits, cut: () => void): { heard(): void; stop(): void } {
  let heardAt = Date.now()
  let hiddenAt = document.hidden ? Date.now() : null
  const look = () => {
    const now = Date.now()
    if (now - heardAt > silenceMs || (hiddenAt !== null && now - hiddenAt > hiddenMs)) cut()
  }
  const onShown = () => {
    hiddenAt = document.hidden ? Date.now() : null
    if (!document.hidden && Date.now() - heardAt > suspiciousMs) cut()
  }
  const timer = setInterval(look, LOOK_MS)
  document.addEventListener('visibilitychange', onShown)
  window.addEventListener('offline', cut)
  return {
    heard: () => (heardAt = Date.now()),
    stop: () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onShown)
      window.removeEventListener('offline', cut)
    },
  }
}

/** Waits, but no longer than until the network or the person is back: in view again, or in this window. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      for (const event of BACK) window.removeEventListener(event, done)
      document.removeEventListener('visibilitychange', onShown)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const onShown = () => (document.hidden ? undefined : done())
    const timer = setTimeout(done, ms)
    for (const event of BACK) window.addEventListener(event, done)
    document.addEventListener('visibilitychange', onShown)
    signal.addEventListener('abort', done)
  })
}
