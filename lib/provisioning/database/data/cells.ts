import { isUtf8 } from 'node:buffer'

import { MOST_CHARACTERS, type DataCell } from '../../../contract/data'

/** Characters of all cells of one answer. */
const MOST_OF_ALL = 4_000_000

/** A text as a cell: its beginning, where it is longer than that. */
export function cellOf(text: string | null, most: number = MOST_CHARACTERS.cell): DataCell {
  if (text === null || text.length <= most) return text
  // Not half a character.
  const end = /[\uD800-\uDBFF]/.test(text[most - 1]!) ? most - 1 : most
  return [text.slice(0, end)]
}

/** Any bytes as text: those that are none as `\x` and hexadecimal digits, and those that could be taken for it. */
export function textOf(bytes: Buffer): string {
  return isUtf8(bytes) && !bytes.includes(0) && !bytes.subarray(0, 2).equals(Buffer.from('\\x')) ? bytes.toString('utf8') : hexOf(bytes)
}

export function hexOf(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`
}

/** The bytes that `textOf` made a text of. */
export function bytesOf(text: string): Buffer {
  return /^\\x(?:[0-9a-f]{2})*$/.test(text) ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text, 'utf8')
}

/** Rows as long as there is room for them. */
export function fitting(rows: DataCell[][]): { rows: DataCell[][]; isFull: boolean } {
  let room = MOST_OF_ALL
  const end = rows.findIndex((row, index) => {
    for (const cell of row) room -= (typeof cell === 'string' ? cell.length : (cell?.[0].length ?? 0)) + 4
    return room < 0 && index > 0
  })
  return end < 0 ? { rows, isFull: false } : { rows: rows.slice(0, end), isFull: true }
}

/** A page of rows of which one more was asked for than it has room for. */
export function pageOf(rows: DataCell[][], limit: number): { rows: DataCell[][]; hasMore: boolean } {
  const { rows: shown, isFull } = fitting(rows.slice(0, limit))
  return { rows: shown, hasMore: isFull || rows.length > limit }
}
