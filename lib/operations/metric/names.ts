import { metricNames } from '../../contract/metric'
import { ownMetrics } from '../../db/queries/own-metrics'
import { implement } from '../implement'

const LOOK_BACK_MS = 7 * 86_400_000

export const listMetricNames = implement(metricNames, async (ctx, { environmentId, serviceId }) => {
  const found = await ownMetrics(ctx.db, { environmentId, serviceId, since: new Date(ctx.now().getTime() - LOOK_BACK_MS) })
  return { items: found.map(({ lastAt, ...metric }) => ({ ...metric, lastAt: lastAt.toISOString() })) }
})
