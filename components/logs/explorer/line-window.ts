import type { LogLineView } from '@/lib/contract/log'

// The lines that the browser holds: some pages in a row out of a log that may have millions. What is added on one side is let go of on
// the other, and read again when somebody comes back to it, so that memory has a bound however far one scrolls.

/** Lines in a row, with the cursors that lead on from them; null: there is nothing more on that side. */
export type LinePage = { lines: readonly LogLineView[]; before: string | null; after: string | null }

// Cursors are written by the server, in the order of times and then of ids. Times are finer there than they are told, so one that is made
// of a line takes in its whole millisecond; what is there already is not added again.

/** The cursor from which lines before this one are read. */
export function cursorBefore({ at, id }: Pick<LogLineView, 'at' | 'id'>): string {
  return `${Date.parse(at) * 1000 + 999}_${id}`
}

/** The cursor from which lines after this one are read. */
export function cursorAfter({ at, id }: Pick<LogLineView, 'at' | 'id'>): string {
  return `${Date.parse(at) * 1000}_${id}`
}

export type LineWindow = { pages: readonly LinePage[] }

export const NO_LINES: LineWindow = { pages: [] }

/** As much as is held: so many lines, or so many characters of them. */
const MOST_LINES = 6_000
const MOST_CHARACTERS = 24_000_000
const SMALL_LINES = 200
const SMALL_CHARACTERS = 1_000_000

/** Every line that is held, oldest first. */
export function linesOf({ pages }: LineWindow): readonly LogLineView[] {
  return pages.length === 1 ? pages[0]!.lines : pages.flatMap(({ lines }) => lines)
}

/** How to go on to older lines; null when there are none. */
export function beforeOf({ pages }: LineWindow): string | null {
  return pages[0]?.before ?? null
}

/** How to go on to newer lines; null when there are none. */
export function afterOf({ pages }: LineWindow): string | null {
  return pages.at(-1)?.after ?? null
}

/** Adds older lines; newest ones are let go of when it becomes too much. */
export function withOlder(window: LineWindow, page: LinePage): LineWindow {
  const pages = [fresh(window, page), ...window.pages]
  while (isTooMuch(pages)) pages.pop()
  return { pages: joined(pages) }
}

/** Adds newer lines; oldest ones are let go of when it becomes too much. */
export function withNewer(window: LineWindow, page: LinePage): LineWindow {
  const pages = [...window.pages, fresh(window, page)]
  while (isTooMuch(pages)) pages.shift()
  return { pages: joined(pages) }
}

/** A line is there once, however often it comes (a stream that began again, a page that overlaps). */
function fresh(window: LineWindow, page: LinePage): LinePage {
  const known = new Set(window.pages.flatMap(({ lines }) => lines.map(({ id }) => id)))
  return { ...page, lines: page.lines.filter(({ id }) => !known.has(id)) }
}

/** Whether there is a line among them that is not held. */
export function hasUnknown({ pages }: LineWindow, lines: readonly LogLineView[]): boolean {
  const known = new Set(pages.flatMap((page) => page.lines.map(({ id }) => id)))
  return lines.some(({ id }) => !known.has(id))
}

function isTooMuch(pages: readonly LinePage[]): boolean {
  // Two stay, whatever they weigh: one that is read and the one that just came.
  return pages.length > 2 && (sum(pages, ({ lines }) => lines.length) > MOST_LINES || weight(pages) > MOST_CHARACTERS)
}

/** What comes line by line is one page, and an empty page is none: it only says where to go on. */
function joined(pages: readonly LinePage[]): readonly LinePage[] {
  const [first, ...rest] = pages
  if (first === undefined) return pages
  return rest.reduce<LinePage[]>((done, page) => {
    const last = done.at(-1)!
    const both = [last, page]
    const isSmall = sum(both, ({ lines }) => lines.length) <= SMALL_LINES && weight(both) <= SMALL_CHARACTERS
    if (page.lines.length > 0 && last.lines.length > 0 && !isSmall) return [...done, page]
    return [...done.slice(0, -1), { lines: [...last.lines, ...page.lines], before: last.before, after: page.after }]
  }, [first])
}

function weight(pages: readonly LinePage[]): number {
  return sum(pages, ({ lines }) => sum(lines, ({ text }) => text.length))
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0)
}
