import type { Outcome } from '../../telemetry'
import type { Target } from '../route-index'

/** What has become of a visitor so far. One object, changed in place: it is on the way of every request. */
export type Story = {
  /** By `performance.now()`. */
  readonly arrivedAt: number
  outcome: Outcome
  status: number
  /** To the head of the answer; null while there is none. */
  firstByteMs: number | null
  /** The last that was tried. */
  target: Target | null
  /** What has been carried: of an upgraded connection everything after the handshake, else bodies. */
  bytesIn: number
  bytesOut: number
}

/** What nginx calls a request whose client left before the answer; nobody is ever sent it. */
const CLIENT_LEFT = 499

/** That of somebody who comes in now. As long as nothing more happens, it left. */
export function newStory(): Story {
  return { arrivedAt: performance.now(), outcome: 'client_left', status: CLIENT_LEFT, firstByteMs: null, target: null, bytesIn: 0, bytesOut: 0 }
}

/** The head of an answer goes out. */
export function beginAnswer(story: Story, outcome: Outcome, status: number): void {
  story.outcome = outcome
  story.status = status
  story.firstByteMs = performance.now() - story.arrivedAt
}
