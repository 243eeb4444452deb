const tails = new Map<string, Promise<unknown>>()

/** Runs `work` after everything that was asked for under the same key in this process. Waiting ends with the signal. */
export async function oneAtATime<T>(key: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const before = tails.get(key) ?? Promise.resolve()
  const mine = before.then(() => {
    signal.throwIfAborted()
    return work()
  })
  const tail = mine.catch(() => undefined)
  tails.set(key, tail)
  try {
    return await Promise.race([mine, aborted(signal, before)])
  } finally {
    void tail.then(() => tails.get(key) === tail && tails.delete(key))
  }
}

/** Rejects when the signal fires while still waiting; never settles otherwise, because then `work` answers. */
function aborted(signal: AbortSignal, before: Promise<unknown>): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    void before.then(() => signal.removeEventListener('abort', onAbort))
  })
}
