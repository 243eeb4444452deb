import type { FieldPacket, ResultSetHeader } from 'mysql2'

import { hexOf } from './cells'

export type Answered = { fields: FieldPacket[]; rows: unknown[][]; header: ResultSetHeader | null }
/** Asks for at most so many rows; what comes after them is not waited for. */
export type Ask = (statement: string, values?: readonly string[], most?: number) => Promise<Answered>

/** A value as text. */
export function shown(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Buffer.isBuffer(value)) return hexOf(value)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
