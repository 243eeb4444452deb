// A part of the page that is loaded after the rest, and is asked things before it is there. What it is asked meanwhile is done when
// it comes, in that order; when it does not come, that is told, and it is fetched again the next time.

export type Arrival<T> = {
  /** Does something with it: at once when it is there, else as soon as it is. */
  ask(work: (part: T) => void): void
  /** Fetches it; resolves with whether it is there. That it is not is told. */
  bring(): Promise<boolean>
  /** Fetches it before anybody asks. When that fails, nobody has missed anything yet. */
  bringAhead(): void
  /** Whether something that was asked is not done yet. */
  isAwaited(): boolean
  /** It is there, or another one in its place. */
  arrive(part: T): void
}

/** `fetch` leads to `arrive` being called, or throws. */
export function makeArrival<T>(fetch: () => Promise<unknown>, tellFailure: () => void): Arrival<T> {
  let part: { is: T } | null = null
  let waiting: ((part: T | null) => void)[] = []
  let isOnItsWay = false
  const settle = (is: T | null) => {
    const all = waiting
    waiting = []
    for (const work of all) work(is)
  }
  const start = () => {
    if (isOnItsWay) return
    isOnItsWay = true
    fetch().then(
      () => (isOnItsWay = false),
      () => {
        isOnItsWay = false
        if (waiting.length > 0) tellFailure()
        settle(null)
      },
    )
  }
  const wait = (work: (part: T | null) => void) => {
    if (part) return work(part.is)
    waiting.push(work)
    start()
  }
  return {
    ask: (work) => wait((is) => (is === null ? undefined : work(is))),
    bring: () => new Promise((resolve) => wait((is) => resolve(is !== null))),
    bringAhead: () => (part ? undefined : start()),
    isAwaited: () => waiting.length > 0,
    arrive: (is) => {
      part = { is }
      settle(is)
    },
  }
}
