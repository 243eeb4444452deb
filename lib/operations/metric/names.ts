import { metricNames } from '../../contract/metric'
import { ownMetrics, scrapesOf } from '../../db/queries/own-metrics'
import { implement } from '../implement'

const LOOK_BACK_MS = 7 * 86_400_000
/** What was not asked for longer does not run any more. */
const SCRAPED_MS = 3 * 60_000

export const listMetricNames = implement(metricNames, async (ctx, { environmentId, serviceId }) => {
  const ago = (ms: number) => new Date(ctx.now().getTime() - ms)
  const found = await ownMetrics(ctx.db, { environmentId, serviceId, since: ago(LOOK_BACK_MS) })
  const scrapes = await scrapesOf(ctx.db, { environmentId, serviceId, since: ago(SCRAPED_MS) })
  return { items: found.map(({ lastAt, ...metric }) => ({ ...metric, lastAt: lastAt.toISOString() })), scrapes: scrapes.map(({ at, ...scrape }) => ({ ...scrape, at: at.toISOString() })) }
})
