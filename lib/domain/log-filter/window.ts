import type { Filter } from './filter'
import { instantOf } from './moment'

/** The time outside of which a filter lets nothing through, in milliseconds; `untilMs` is not within. */
export function windowOf(filter: Filter, nowMs: number): { fromMs: number; untilMs: number } {
  const window = { fromMs: -Infinity, untilMs: Infinity }
  for (const term of filter.kind === 'and' ? filter.of : [filter]) {
    if (term.kind !== 'time') continue
    const instant = instantOf(term.moment, nowMs)
    if (term.side === 'after') window.fromMs = Math.max(window.fromMs, instant)
    else window.untilMs = Math.min(window.untilMs, instant)
  }
  return window
}

/** Every term of a filter, wherever it stands. */
export function termsOf(filter: Filter): Filter[] {
  if (filter.kind === 'not') return termsOf(filter.of)
  return filter.kind === 'and' || filter.kind === 'or' ? filter.of.flatMap(termsOf) : [filter]
}
