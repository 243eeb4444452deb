import { alertList } from '../../contract/alert'
import { page, silencesOfOrganization } from '../../db/queries/alerts'
import { implement } from '../implement'
import { decodeCursor, pageOf } from '../paging'
import { alertView } from './view'

export const listAlerts = implement(alertList, async (ctx, { organizationId: _organization, limit, cursor, ...filter }) => {
  const { organizationId } = ctx.scope
  const now = ctx.now()
  const rows = await page(ctx.db, { organizationId, ...filter, before: decodeCursor(cursor, /^alt_[0-9a-z]{22}$/), limit: limit + 1 })
  const silences = await silencesOfOrganization(ctx.db, organizationId, now)
  return pageOf(rows, limit, { view: (row) => alertView(row, silences.get(row.environment.id) ?? [], now), key: (row) => row.alert.id })
})
