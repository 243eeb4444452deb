'use client'

import { useSyncExternalStore } from 'react'

// One timer per interval for the whole page, however many times are on it.
const clocks = new Map<number, { listeners: Set<() => void>; timer: ReturnType<typeof setInterval> }>()

function listen(everyMs: number, listener: () => void): () => void {
  let clock = clocks.get(everyMs)
  if (clock === undefined) {
    const listeners = new Set<() => void>()
    clock = { listeners, timer: setInterval(() => listeners.forEach((tell) => tell()), everyMs) }
    clocks.set(everyMs, clock)
  }
  const { listeners, timer } = clock
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    clocks.delete(everyMs)
  }
}

const never = () => () => undefined

/** The present in milliseconds, again every `everyMs`; 0 stands still. The server and the first paint may differ: put `suppressHydrationWarning` on the element. */
export function useNow(everyMs: number): number {
  const step = everyMs === 0 ? 1000 : everyMs
  const now = () => Math.floor(Date.now() / step) * step
  return useSyncExternalStore(everyMs === 0 ? never : (listener) => listen(everyMs, listener), now, now)
}
