import { AppError } from '../errors'

// Lists are paged by key: the cursor is the last key of the page, opaque to clients.

/** A cursor that carries a key. */
export function encodeCursor(key: string): string {
  return Buffer.from(key).toString('base64url')
}

/** The key in a cursor, when it has the form `pattern` wants. Throws `invalid_input` for anything else. */
export function decodeCursor(cursor: string | undefined, pattern: RegExp): string | null {
  if (cursor === undefined) return null
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (pattern.test(key)) return key
  throw new AppError('invalid_input', 'cursor: Must be the nextCursor of an earlier answer.', { fields: { cursor: 'Must be the nextCursor of an earlier answer.' } })
}

/** One page from `limit + 1` rows that were asked for. */
export function pageOf<Row, Item>(rows: Row[], limit: number, { view, key }: { view(row: Row): Item; key(row: Row): string }): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(view), nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null }
}
