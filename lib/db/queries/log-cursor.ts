/** A place in the order of all lines of an environment, by time and then by id. */
export type LogPlace = { /** Of the time, since 1970. */ micros: number; id: string }

/** As clients have it. */
export function writeCursor({ micros, id }: LogPlace): string {
  return `${micros}_${id}`
}

/** What a client sent back; contract/log.ts says what it looks like. */
export function readCursor(cursor: string): LogPlace {
  const [micros = '0', id = '0'] = cursor.split('_')
  const greatest = 2n ** 63n - 1n
  // Times of this size are exact as numbers, and beyond them there are no lines.
  return { micros: Math.max(-MOST_MICROS, Math.min(MOST_MICROS, Number(micros))), id: String(BigInt(id) > greatest ? greatest : BigInt(id)) }
}

/** For the database, which is more exact than the dates of JavaScript. */
export function instantOfMicros(micros: number): string {
  const ms = Math.floor(micros / 1000)
  return new Date(ms).toISOString().replace('Z', `${String(micros - ms * 1000).padStart(3, '0')}Z`)
}

const MOST_MICROS = Date.UTC(9999, 11, 31) * 1000
