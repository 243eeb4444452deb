import type { LogLineView } from '../contract/log'
import type { LogScope } from '../db/queries/logs'
import type { Frame, Source } from './stream-source'

type Start = {
  /** Go on after this line; null: begin with the newest `tail` lines. */
  after: string | null
  tail: number
  serviceId: string | null
}

const BATCH = 200

/** Lines in order, each with its id, so that a client can go on where it was. */
export function logFrames(start: Start, read: (after: string | null, limit: number) => Promise<LogLineView[]>): Source {
  let cursor = start.after
  let isFirst = true
  let isBehind = false
  return {
    isBehind: () => isBehind,
    concerns: (hint) => (hint.kind === 'log' && (start.serviceId === null || hint.serviceId === start.serviceId)) || hint.kind === 'deployment',
    async next(): Promise<Frame[]> {
      // Without a cursor `read` gives the newest lines; from then on the last one sent is the cursor.
      const lines = await read(cursor, isFirst && cursor === null ? Math.min(start.tail, BATCH) : BATCH)
      isFirst = false
      isBehind = lines.length === BATCH
      cursor = lines.at(-1)?.id ?? cursor ?? '0'
      return lines.map((line) => ({ id: line.id, event: 'line', data: line }))
    },
  }
}

/** Whose log an input asks for. */
export function scopeOf(input: Record<string, unknown>): LogScope {
  if (input.serviceId !== undefined) return { serviceId: String(input.serviceId) }
  return input.runId === undefined ? { deploymentId: String(input.deploymentId) } : { runId: String(input.runId) }
}
