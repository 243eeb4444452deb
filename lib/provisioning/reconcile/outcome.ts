import type { Look } from '../planner/world'

/** What carrying out a part of a plan came to. */
export type Outcome = {
  /** Something was done, so there is something new to see. */
  changed: boolean
  look: Look | null
  /** What went wrong with it, as a sentence; the next look tries again. */
  trouble?: string
}
