import { logHistogram, type LogBucket } from '../../contract/log'
import { countLines, type Counted } from '../../db/queries/log-histogram'
import { levelName } from '../../domain/log-level'
import { AppError } from '../../errors'
import { implement } from '../implement'
import { questionOf } from './ask'

const BUDGET_MS = 800
const HOUR_MS = 3_600_000
/** Widths that people read time in. */
const WIDTHS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800]

export const getLogHistogram = implement(logHistogram, async (ctx, { buckets: most, ...asked }) => {
  const now = ctx.now()
  const { query, notes } = await questionOf(ctx.db, asked, now)
  const untilMs = Number.isFinite(query.untilMs) ? query.untilMs : now.getTime()
  const fromMs = Number.isFinite(query.fromMs) ? query.fromMs : untilMs - HOUR_MS
  if (fromMs >= untilMs) throw new AppError('invalid_input', 'The window ends before it begins. Make `until` later than `from`.', { fields: { until: 'Must be later than the beginning of the window.' } })
  const bucketMs = widthFor(untilMs - fromMs, most)
  // Buckets begin where a clock would, so that they stay the same while the window moves on.
  const window = { fromMs: Math.floor(fromMs / bucketMs) * bucketMs, untilMs: Math.ceil(untilMs / bucketMs) * bucketMs }
  const { counts, reachedMs } = await countLines(ctx.db, { ...query, fromMs: window.fromMs, untilMs }, { bucketMs, budgetMs: BUDGET_MS })
  return {
    from: new Date(window.fromMs).toISOString(),
    until: new Date(window.untilMs).toISOString(),
    bucketMs,
    buckets: bucketsOf(counts, { ...window, bucketMs }),
    searchedTo: reachedMs === null ? null : new Date(reachedMs).toISOString(),
    notes,
  }
})

function widthFor(windowMs: number, most: number): number {
  // The beginning is moved back to where a bucket begins, which may be one more.
  const least = windowMs / Math.max(1, most - 1)
  const width = WIDTHS_S.find((seconds) => seconds * 1000 >= least)
  return width === undefined ? Math.ceil(least / 604_800_000) * 604_800_000 : width * 1000
}

function bucketsOf(counts: readonly Counted[], { fromMs, untilMs, bucketMs }: { fromMs: number; untilMs: number; bucketMs: number }): LogBucket[] {
  const buckets: LogBucket[] = Array.from({ length: Math.round((untilMs - fromMs) / bucketMs) }, (_, i) => ({ at: new Date(fromMs + i * bucketMs).toISOString(), total: 0, levels: {} }))
  for (const { bucket, level, lines } of counts) {
    const found = buckets[bucket]
    if (!found) continue
    const name = levelName(level) ?? 'none'
    found.total += lines
    found.levels[name] = (found.levels[name] ?? 0) + lines
  }
  return buckets
}
