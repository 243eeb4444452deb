import type { IncomingMessage, ServerResponse } from 'node:http'

import { addTiming, noTimings, type Timings } from '../domain/timings'

// What this process has answered, counted where requests come in and told where they are carried out; on `globalThis` because these two are
// bundled apart.

const HELD = Symbol.for('easel.answered')

export type Answered = { timings: Timings; open: number }

/** What was answered until now. */
export function answered(): Answered {
  const store = globalThis as { [HELD]?: Answered }
  return (store[HELD] ??= { timings: noTimings(), open: 0 })
}

/** Counts a request until its answer is sent or its client has gone. A stream has no end of its own: it is only open. */
export function countRequest(_: IncomingMessage, response: ServerResponse): void {
  const counted = answered()
  const began = performance.now()
  counted.open++
  response.once('close', () => {
    counted.open--
    const isStream = String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')
    if (response.writableFinished && !isStream) addTiming(counted.timings, performance.now() - began, response.statusCode >= 500)
  })
}
