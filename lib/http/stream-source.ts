import type { Hint } from '../events/announce'

/** One server-sent event. */
export type Frame = { id?: string; event: string; data: unknown }

/** What a stream is made of: computes what is new since the last call, empty when nothing is. */
export type Source = {
  next(): Promise<Frame[]>
  concerns(hint: Hint): boolean
  /** Besides hints, what tells that there may be something new. Returns what ends it. */
  listen?(wake: () => void): () => void
  /** Least time between two calls; none when absent. */
  pauseMs?(): number
  /** Whether the last call left something for the next. */
  isBehind?(): boolean
}
