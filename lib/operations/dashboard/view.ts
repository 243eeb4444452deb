import type { DashboardView } from '../../contract/dashboard'
import type { ShownDashboard } from '../../db/queries/dashboards'
import { DEFAULT_WIDGETS } from '../../domain/dashboard'

/** The default one where nobody has saved anything. */
export function toDashboardView(environmentId: string, row: ShownDashboard | null): DashboardView {
  if (!row) return { environmentId, version: 0, widgets: [...DEFAULT_WIDGETS], saved: null }
  return { environmentId, version: row.version, widgets: row.widgets, saved: { at: row.savedAt.toISOString(), by: row.person } }
}
