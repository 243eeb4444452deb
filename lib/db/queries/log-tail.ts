import { sql, type SQL } from 'drizzle-orm'

import type { LogLineView } from '../../contract/log'
import type { Db } from '../connection'
import { COLUMNS, foundLine } from './log-search'

// Lines of an environment as they come. Ids become visible in order within one service only, so each service has a cursor of its own.

/** From after one id up to another one, which is visible. */
export type Stretch = { serviceId: string; after: string; upTo: string }

/** The newest id of each service that has one. */
export async function newestIds(db: Db, environmentId: string, serviceIds: readonly string[]): Promise<Map<string, string>> {
  if (serviceIds.length === 0) return new Map()
  const rows = await db.execute<{ serviceId: string; id: string }>(sql`
    select w.service as "serviceId", newest.id::text as id from jsonb_array_elements_text(${JSON.stringify(serviceIds)}::jsonb) as w(service)
    cross join lateral (select id from log_lines where service_id = w.service and environment_id = ${environmentId} order by id desc limit 1) newest`)
  return new Map(rows.map(({ serviceId, id }) => [serviceId, id]))
}

/** The first lines of several stretches that a condition lets through, by id. */
export async function linesWithin(db: Db, { environmentId, condition }: { environmentId: string; condition: SQL }, { stretches, limit }: { stretches: readonly Stretch[]; limit: number }): Promise<LogLineView[]> {
  if (stretches.length === 0) return []
  const rows = await db.execute<Parameters<typeof foundLine>[0]>(sql`
    select found.* from jsonb_to_recordset(${JSON.stringify(stretches)}::jsonb) as w("serviceId" text, after bigint, "upTo" bigint)
    cross join lateral (
      select ${COLUMNS} from log_lines where service_id = w."serviceId" and log_lines.id > w.after and log_lines.id <= w."upTo" and environment_id = ${environmentId} and ${condition} order by log_lines.id limit ${limit}
    ) found order by found.id::bigint limit ${limit}`)
  return rows.map((row) => foundLine(row).view)
}
