import { getTableColumns, lt, sql } from 'drizzle-orm'

import type { Db } from '../../connection'
import { workloadUses } from '../../schema/observed'

const AT_ONCE = 500
const EXCLUDED = Object.fromEntries(Object.entries(getTableColumns(workloadUses)).map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]))

/** Writes the newest samples over the former ones, and forgets those older than `before`. */
export async function keepNewest(db: Db, rows: readonly (typeof workloadUses.$inferInsert)[], before: Date): Promise<void> {
  await db.transaction(async (tx) => {
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      await tx.insert(workloadUses).values(rows.slice(from, from + AT_ONCE)).onConflictDoUpdate({ target: workloadUses.name, set: EXCLUDED })
    }
    await tx.delete(workloadUses).where(lt(workloadUses.at, before))
  })
}
