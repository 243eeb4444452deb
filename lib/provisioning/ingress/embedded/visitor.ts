import type { Route } from '../table'
import type { Page } from './pages'
import type { Target } from './route-index'
import type { Story } from './telemetry/story'

// What comes to the door: an ordinary request, or a connection that wants to be upgraded. Both are found a route, held,
// carried and counted alike; only how their bytes go is different.

/** One of them, from its arrival to its end. */
export type Visitor = {
  /** When it came, by `performance.now()`, and what has become of it. */
  story: Story
  /** What was asked for, for the page that says that nothing is there. */
  host: string
  /** Its route in the table that is in force now. */
  find(): Route | undefined
  /** Whether its answer is fully sent, its connection closed, or the client gone. */
  isOver(): boolean
  /** Calls the listener once, when it is over. */
  whenOver(listener: () => void): void
  /** What it says of itself. */
  about: { method: string; /** What it asks for, as it stands in the request. */ target: string; client: string; requestId: string }
  /** Which service asks, if it came to a private port; empty where that cannot be told; null for everybody else. */
  caller(): string | null
  /** To be asked when it is over: completes the story, and says whether the client was given the whole answer. */
  conclude(): boolean
  /** Answers it with a page of the proxy's own. */
  refuse(page: Page): void
  /** Tries one target; `fresh` asks for a connection of its own. */
  attempt(target: Target, fresh: boolean, report: Report): void
}

/** What became of an attempt: `answered`; or `failed`, and another one may follow. */
export type Report = {
  answered(): void
  failed(failure: Failure): void
}

export type Failure = {
  /** `too_large`: its body turned out to be longer than it may be. */
  kind: 'not_connected' | 'stale' | 'broken' | 'timeout' | 'too_large'
  /** Asking again does no harm: nothing of it can have taken effect, or its method says that twice is as good as once. */
  mayRepeat: boolean
  /** What was crossed: milliseconds of `timeout`, bytes of `too_large`. */
  limit?: number
}

/** The end of something, which several may wait for and several may bring about. */
export type Ending = { isOver(): boolean; whenOver(listener: () => void): void; end(): void }

export function ending(): Ending {
  let isOver = false
  const listeners: (() => void)[] = []
  return {
    isOver: () => isOver,
    whenOver: (listener) => (isOver ? listener() : void listeners.push(listener)),
    end() {
      if (isOver) return
      isOver = true
      for (const listener of listeners.splice(0)) listener()
    },
  }
}
