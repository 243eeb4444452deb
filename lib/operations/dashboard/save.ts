import { dashboardSave } from '../../contract/dashboard'
import * as environments from '../../db/queries/environments'
import { find, save } from '../../db/queries/dashboards'
import { nodesAmong } from '../../db/queries/groups'
import { AppError, notFound } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { toDashboardView } from './view'

/** Saves it for every member, unless somebody has saved another one since it was loaded. */
export const saveDashboard = implement(dashboardSave, async (ctx, { environmentId, widgets, ifVersion }) => {
  const environment = await environments.find(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const before = await find(ctx.db, environmentId)
  // A service that is gone may stay on the dashboard that showed it: nobody has to clean up before they save something else.
  const kept = new Set(before?.widgets.map(({ serviceId }) => serviceId))
  const named = [...new Set(widgets.flatMap(({ serviceId }) => (serviceId === null || kept.has(serviceId) ? [] : [serviceId])))]
  const there = new Set((await nodesAmong(ctx.db, environmentId, named)).map(({ id }) => id))
  const missing = named.find((id) => !there.has(id))
  if (missing !== undefined) throw new AppError('not_found', `There is no service ${missing} in this environment. Choose another one for its widgets.`)
  if (!(await save(ctx.db, { environmentId, widgets, savedAt: ctx.now(), savedBy: ctx.actor.userId }, ifVersion))) {
    const last = await find(ctx.db, environmentId)
    throw new AppError('conflict', `${last?.person?.name ?? 'Somebody'} has saved this dashboard since you loaded it. Look at theirs before you save yours.`)
  }
  await recordHere(ctx, { type: 'dashboard.saved', subject: environment.name, data: { widgets: widgets.length } })
  return toDashboardView(environmentId, await find(ctx.db, environmentId))
})
