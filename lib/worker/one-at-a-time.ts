/**
 * Makes a function run once at a time per key in this process. A call during a run is not a second run beside it but one
 * more after it, however many ask; each caller waits only for its own run.
 */
export function oneAtATime(work: (key: string) => Promise<void>): (key: string) => Promise<void> {
  const running = new Map<string, { again: boolean }>()
  return async (key) => {
    const present = running.get(key)
    if (present) {
      present.again = true
      return
    }
    const state = { again: false }
    running.set(key, state)
    try {
      do {
        state.again = false
        await work(key)
      } while (state.again)
    } finally {
      running.delete(key)
    }
  }
}
