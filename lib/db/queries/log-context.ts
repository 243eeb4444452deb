import { sql, type SQL } from 'drizzle-orm'

import type { LogContext } from '../../contract/log'
import type { Db } from '../connection'
import { instantOfMicros, readCursor } from './log-cursor'
import { COLUMNS, foundLine, withTimeout } from './log-search'

const TIMEOUT_MS = 2_000
type Around = { environmentId: string; /** A number. */ lineId: string; lines: number }
type Row = Parameters<typeof foundLine>[0]

/** A line of an environment with those around it, in the order in which they were stored; null when there is no such line. */
export async function linesAround(db: Db, { environmentId, lineId, lines }: Around): Promise<LogContext | null | 'late'> {
  const id = readCursor(`0_${lineId}`).id
  const found = await withTimeout(db, { timeoutMs: TIMEOUT_MS }, async (tx) => {
    const [row] = await tx.execute<Row>(sql`select ${COLUMNS} from log_lines where id = ${id}::bigint and environment_id = ${environmentId}`)
    if (!row) return { context: null }
    const { view: line } = foundLine(row)
    // What concerns no service has no order of its own but time.
    const same = line.serviceId === null ? sql`service_id is null` : sql`service_id = ${line.serviceId}`
    const where = sql`environment_id = ${environmentId} and ${same} and kind = ${line.kind}`
    const at = instantOfMicros(Number(row.micros))
    const side = async (sign: SQL, order: SQL) => {
      // By the table's own column: the one that is selected as `id` is a text, in which 10 comes before 9.
      const place = line.serviceId === null ? sql`(at, log_lines.id) ${sign} (${at}::timestamptz, ${id}::bigint)` : sql`log_lines.id ${sign} ${id}::bigint`
      const by = line.serviceId === null ? sql`at ${order}, log_lines.id ${order}` : sql`log_lines.id ${order}`
      return (await tx.execute<Row>(sql`select ${COLUMNS} from log_lines where ${where} and ${place} order by ${by} limit ${lines}`)).map((each) => foundLine(each).view)
    }
    const before = (await side(sql`<`, sql`desc`)).reverse()
    return { context: { before, line, after: await side(sql`>`, sql`asc`) } }
  })
  return found === null ? 'late' : found.context
}
