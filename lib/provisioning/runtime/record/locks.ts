/** One thing at a time per name within this process, in the order of arrival. */
export type Locks = {
  run<T>(name: string, signal: AbortSignal | null, work: () => Promise<T>): Promise<T>
}

export function makeLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>()
  return {
    async run(name, signal, work) {
      const before = tails.get(name) ?? Promise.resolve()
      const turn = before.then(() => {
        signal?.throwIfAborted()
        return work()
      })
      // The next in line waits for the end, whichever it is; the error belongs to the caller.
      const tail = turn.catch(() => undefined)
      tails.set(name, tail)
      try {
        return await turn
      } finally {
        if (tails.get(name) === tail) tails.delete(name)
      }
    },
  }
}
