import { clean } from '../split-chunk'

// What a structured line says besides its message, bounded: a line is no place for a database. What is left out here is still in its text.

export type Attributes = Record<string, unknown>

const MOST_FIELDS = 128
const MOST_DEPTH = 6
const MOST_ITEMS = 64
const MOST_KEY_LENGTH = 128
const MOST_VALUE_LENGTH = 4_096
const MOST_LENGTH = 32_768

/** Fields as they are kept: bounded in number, depth and length, and only of what a database can hold. Null when there are none. */
export function keepAttributes(fields: Iterable<readonly [string, unknown]>): Attributes | null {
  const room = { fields: MOST_FIELDS, length: MOST_LENGTH }
  const kept = keepFields(fields, room, 1)
  return Object.keys(kept).length === 0 ? null : kept
}

type Room = { fields: number; length: number }

function keepFields(fields: Iterable<readonly [string, unknown]>, room: Room, depth: number): Attributes {
  const kept: [string, unknown][] = []
  for (const [key, value] of fields) {
    if (value === undefined || key === '' || key.length > MOST_KEY_LENGTH) continue
    if (room.fields <= 0 || room.length <= 0) break
    room.fields--
    room.length -= key.length
    const whole = keepValue(value, room, depth)
    if (whole !== undefined) kept.push([clean(key), whole])
  }
  // Not by assignment, to which `__proto__` is no key.
  return Object.fromEntries(kept)
}

/** Undefined: not kept. */
function keepValue(value: unknown, room: Room, depth: number): unknown {
  if (typeof value === 'string') {
    const short = clean(value.length > MOST_VALUE_LENGTH ? `${value.slice(0, MOST_VALUE_LENGTH - 1)}…` : value)
    room.length -= short.length
    return room.length < 0 ? undefined : short
  }
  room.length -= 8
  if (value === null || typeof value !== 'object') return value
  if (depth >= MOST_DEPTH) return undefined
  if (!Array.isArray(value)) return keepFields(Object.entries(value), room, depth + 1)
  return value.slice(0, MOST_ITEMS).flatMap((item: unknown) => {
    const whole = room.fields-- > 0 ? keepValue(item, room, depth + 1) : undefined
    return whole === undefined ? [] : [whole]
  })
}
