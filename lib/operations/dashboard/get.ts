import { dashboardGet } from '../../contract/dashboard'
import { find } from '../../db/queries/dashboards'
import { implement } from '../implement'
import { toDashboardView } from './view'

/** What everybody sees on the metrics page of an environment. */
export const getDashboard = implement(dashboardGet, async (ctx, { environmentId }) => toDashboardView(environmentId, await find(ctx.db, environmentId)))
