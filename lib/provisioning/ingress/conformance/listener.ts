import type { AccessLine, HttpCount, LinkCount, Stored, Telemetry } from '../telemetry'
import { never, until, type Stage } from './stage'

export type Listener = {
  /** All lines, as soon as there are so many. */
  lines(count: number): Promise<AccessLine[]>
  /** All counts, as soon as they are of so many requests. */
  until(requests: number): Promise<HttpCount[]>
  counts(): HttpCount[]
  links(): LinkCount[]
}

/** Everything that was told since, as one who stores every portion would have it. */
export function listener({ ingress }: Pick<Stage, 'ingress'>): Listener {
  const all: Telemetry[] = []
  let stored: Stored | null = null
  const counts = () => all.flatMap((portion) => portion.counts)
  const lines = () => all.flatMap((portion) => portion.lines)
  const hear = async <T>(what: () => T) => {
    const portion = await ingress.telemetry(stored, never)
    stored = { epoch: portion.epoch, seq: portion.seq }
    all.push(portion)
    return what()
  }
  return {
    lines: (count) => until(() => hear(lines), (heard) => heard.length >= count),
    until: (requests) => until(() => hear(counts), (heard) => totalOf(heard).requests >= requests),
    counts,
    links: () => all.flatMap((portion) => portion.links),
  }
}

export function totalOf(parts: readonly { requests: number; errors: number }[]): { requests: number; errors: number } {
  return { requests: parts.reduce((sum, { requests }) => sum + requests, 0), errors: parts.reduce((sum, { errors }) => sum + errors, 0) }
}
