import { and, eq, sql } from 'drizzle-orm'

import type { Db } from '../connection'
import { users } from '../schema/account'
import { dashboards } from '../schema/dashboard'

export type DashboardRow = typeof dashboards.$inferSelect
/** With who saved it. */
export type ShownDashboard = DashboardRow & { person: { id: string; name: string } | null }

/** The one of an environment; null while nobody has saved one. */
export async function find(db: Db, environmentId: string): Promise<ShownDashboard | null> {
  const [row] = await db.select({ dashboard: dashboards, person: { id: users.id, name: users.name } }).from(dashboards).leftJoin(users, eq(users.id, dashboards.savedBy)).where(eq(dashboards.environmentId, environmentId))
  return row ? { ...row.dashboard, person: row.person } : null
}

/** Writes the next version after `ifVersion`, 0 for the first one; false when that is not the last one. */
export async function save(tx: Db, row: Omit<DashboardRow, 'version'>, ifVersion: number): Promise<boolean> {
  const written =
    ifVersion === 0
      ? await tx.insert(dashboards).values({ ...row, version: 1 }).onConflictDoNothing().returning({ version: dashboards.version })
      : await tx
          .update(dashboards)
          .set({ ...row, version: sql`${dashboards.version} + 1` })
          .where(and(eq(dashboards.environmentId, row.environmentId), eq(dashboards.version, ifVersion)))
          .returning({ version: dashboards.version })
  return written.length === 1
}
