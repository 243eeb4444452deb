import { metricPlatform } from '../../contract/metric'
import { databaseNow, firstOrganization, queueOfAll } from '../../db/queries/platform'
import { workers } from '../../db/queries/workers'
import { noTimings, summaryOf } from '../../domain/timings'
import { notFound } from '../../errors'
import { implement } from '../implement'

const MAX_WORKERS = 100
/** A worker reports every two seconds. */
const SILENT_MS = 15_000

export const getPlatformMetrics = implement(metricPlatform, async (ctx) => {
  // Everybody's work is told here, so that whoever was let in later must not read it.
  if ((await firstOrganization(ctx.db)) !== ctx.scope.organizationId) throw notFound('organization')
  const [queue, database, all] = await Promise.all([queueOfAll(ctx.db), databaseNow(ctx.db), workers(ctx.db, MAX_WORKERS)])
  const count = (status: Parameters<typeof queue.counts.get>[0]) => queue.counts.get(status) ?? 0
  const answered = ctx.answered?.() ?? { timings: noTimings(), open: 0 }
  return {
    at: ctx.now().toISOString(),
    queue: { waiting: count('waiting'), working: count('working'), retrying: count('retrying'), dead: count('dead'), oldestMs: queue.oldestMs },
    reconcile: summaryOf(all.flatMap(({ quietMs, detail }) => (quietMs < SILENT_MS && detail?.reconciled ? [detail.reconciled] : []))),
    http: { ...summaryOf([answered.timings]), open: answered.open },
    database,
  }
})
