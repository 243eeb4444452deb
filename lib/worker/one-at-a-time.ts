import { AsyncResource } from 'node:async_hooks'

type Present = { again: (() => Promise<void>) | null }

/**
 * Makes a function run once at a time per key in this process. A call during a run is not a second run beside it but one
 * more after it, however many ask; each caller waits only for its own run.
 */
export function oneAtATime(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, Present>()
  return async (key) => {
    const present = running.get(key)
    if (present) {
      // As a part of what the last one of them is a part of.
      present.again = AsyncResource.bind(() => work(key))
      return
    }
    const state: Present = { again: null }
    running.set(key, state)
    try {
      for (let next: Present['again'] = () => work(key); next !== null; next = state.again) {
        state.again = null
        await next()
      }
    } finally {
      running.delete(key)
    }
  }
}
