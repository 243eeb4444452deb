import type { LogSearch } from '@/lib/contract/log'

import { hasUnknown, type LineWindow } from './line-window'

/** From where on lines are read, and in which direction. */
export type Where = { before: string } | { after: string }

/** The next page that has something new. Of thousands of lines of one millisecond, whole pages may be those that are there already. */
export async function nextUnknown(search: (where: Where) => Promise<LogSearch>, window: LineWindow, where: Where): Promise<LogSearch> {
  const page = await search(where)
  const next = onwards(page, where)
  if (next === null || page.lines.length === 0 || page.searchedTo !== null || hasUnknown(window, page.lines)) return page
  return nextUnknown(search, window, next)
}

function onwards({ before, after }: LogSearch, where: Where): Where | null {
  if ('before' in where) return before === null ? null : { before }
  return after === null ? null : { after }
}
