import { logSearch, type LogSearch } from '../../contract/log'
import { writeCursor } from '../../db/queries/log-cursor'
import { scanLines, type Found, type LogQuery } from '../../db/queries/log-search'
import { AppError } from '../../errors'
import { implement } from '../implement'
import { questionOf } from './ask'

/** A page is answered within a second: what was not looked at by then is told, and the next page goes on there. */
const BUDGET_MS = 800
/** Lines may come with a time that was a moment ago. */
const LATE_MS = 60_000

export const searchLogs = implement(logSearch, async (ctx, { before, after, limit, ...asked }) => {
  if (before !== undefined && after !== undefined) throw new AppError('invalid_input', 'Give `before` or `after`, not both: a page lies on one side of a cursor.', { fields: { after: 'Cannot be given together with before.' } })
  const { query, notes } = await questionOf(ctx.db, asked, ctx.now())
  const isOlder = after === undefined
  const found = await scanLines(ctx.db, query, { isOlder, cursor: before ?? after ?? null, limit, budgetMs: BUDGET_MS })
  const isOpen = query.untilMs > ctx.now().getTime()
  const searchedTo = found.reachedMs === null ? null : new Date(found.reachedMs).toISOString()
  const views = found.lines.map(({ view }) => view)
  const cursors = isOlder ? olderCursors(found, before, isOpen ? nowCursor(ctx.now(), query) : null) : newerCursors(found, after, isOpen)
  return { lines: isOlder ? views.reverse() : views, ...cursors, searchedTo, notes }
})

type Cursors = Pick<LogSearch, 'before' | 'after'>

function olderCursors(found: Found, before: string | undefined, open: string | null): Cursors {
  const newest = found.lines[0]?.cursor
  return { before: found.next, after: before === undefined ? (open === null ? null : (newest ?? open)) : (newest ?? before) }
}

function newerCursors(found: Found, after: string, isOpen: boolean): Cursors {
  const last = found.lines.at(-1)?.cursor ?? after
  return { before: found.lines[0]?.cursor ?? after, after: found.next ?? (isOpen ? last : null) }
}

/** Before whatever may still come. */
function nowCursor(now: Date, { fromMs }: LogQuery): string {
  return writeCursor({ micros: Math.max(fromMs, now.getTime() - LATE_MS) * 1000, id: '0' })
}
