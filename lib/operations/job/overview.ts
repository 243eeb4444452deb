import { jobOverview, type WorkerView } from '../../contract/job'
import { counts, takenBy } from '../../db/queries/jobs'
import { abandoned, unseen, type PlaceRow } from '../../db/queries/stuck'
import { workers, type WorkerRow } from '../../db/queries/workers'
import { implement } from '../implement'

const MAX_WORKERS = 100
const MAX_STUCK = 20
/** A worker reports every two seconds. */
const SILENT_MS = 15_000
/** Work is taken up, or taken over, within seconds. */
const ABANDONED_MS = 15_000
/** Every environment is looked at twice a minute. */
const UNSEEN_MS = 120_000

export const getJobOverview = implement(jobOverview, async (ctx) => {
  const { organizationId } = ctx.scope
  const ago = (ms: number) => new Date(ctx.now().getTime() - ms)
  const [byStatus, taken, alive, lost, dark] = await Promise.all([
    counts(ctx.db, organizationId),
    takenBy(ctx.db, organizationId),
    workers(ctx.db, MAX_WORKERS),
    abandoned(ctx.db, organizationId, { before: ago(ABANDONED_MS), limit: MAX_STUCK }),
    unseen(ctx.db, organizationId, { before: ago(UNSEEN_MS), limit: MAX_STUCK }),
  ])
  const count = (status: Parameters<typeof byStatus.get>[0]) => byStatus.get(status) ?? 0
  return {
    counts: { dead: count('dead'), retrying: count('retrying'), working: count('working'), waiting: count('waiting'), scheduled: count('scheduled') },
    workers: alive.map((row) => workerView({ ...row, at: earlier(row.at, ctx.now()) }, taken)),
    stuck: {
      deployments: lost.map((row) => ({
        ...placeOf(row),
        service: { id: row.serviceId, name: row.service },
        deployment: { id: row.deploymentId, number: row.number, status: row.status },
        since: new Date(row.since).toISOString(),
      })),
      environments: dark.map((row) => ({ ...placeOf(row), isGoing: row.isGoing, since: new Date(row.since).toISOString(), message: row.message })),
    },
  }
})

/** A worker whose clock is ahead was heard of by now at the latest. */
function earlier(a: Date, b: Date): Date {
  return a < b ? a : b
}

function workerView({ name, at, runnerIds, detail, quietMs }: WorkerRow, taken: ReadonlyMap<string, number>): WorkerView {
  return {
    name,
    at: at.toISOString(),
    isAlive: quietMs < SILENT_MS,
    working: runnerIds.reduce((sum, id) => sum + (taken.get(id) ?? 0), 0),
    ingress: detail?.ingress ?? null,
    runtime: detail?.runtime ?? null,
  }
}

function placeOf(row: PlaceRow) {
  return { project: { id: row.projectId, name: row.project }, environment: { id: row.environmentId, name: row.environment } }
}
