import { advanced, remember, type Step } from './history'
import type { CanvasStore } from './store'

/** Revisions of a service before and after something of it was set from here. */
export type Advance = { from: number; to: number }

/** Remembers what was done so that it can be taken back. */
export function record(store: CanvasStore, step: Step | null): void {
  if (step !== null) store.setState(({ history }) => ({ history: remember(history, step) }))
}

/** Says that it was here that something of a service was set. */
export function advanceIn(store: CanvasStore, serviceId: string, advance: Advance): void {
  store.setState(({ history }) => ({ history: advanced(history, serviceId, advance) }))
}
