import { deploymentLock, tryLock } from '../db/queries/engine/advisory-lock'
import * as deployments from '../db/queries/engine/deployments'
import { environmentsToLookAt } from '../db/queries/engine/desired'
import { ofService } from '../db/queries/engine/places'
import * as rotations from '../db/queries/rotations'
import * as stages from '../db/queries/engine/stages'
import { pullBack, pullJobsBack } from '../db/queries/engine/times-to-come'
import { announce } from '../events/announce'
import { record } from '../events/record'
import type { Engine } from '../provisioning/engine'
import { observeAll } from '../provisioning/everywhere'
import { publishRoutes } from '../provisioning/reconcile/publish-routes'
import { enqueue } from '../queue/jobs'

const ABANDONED_MS = 15_000
const AT_ONCE = 100
const LOOK_MS = 10_000

/** After a clock that was ahead was set back: what waits for a time that was noted meanwhile waits no longer. */
export async function pullTimesBack({ db, now, log }: Engine): Promise<void> {
  const rows = await pullBack(db, now())
  const jobs = await pullJobsBack(db)
  if (rows + jobs > 0) log.warn({ rows, jobs }, 'the clock was set back; times to come that it had noted are taken for now')
}

/** Asks for a look at everything, so that a lost hint costs half a minute at most. */
export async function lookAtEverything(engine: Engine): Promise<void> {
  const known = await environmentsToLookAt(engine.db)
  const running = await observeAll(engine, AbortSignal.timeout(LOOK_MS))
  for (const environmentId of new Set([...known, ...running.map(({ seen }) => seen.environmentId)])) await enqueue(engine.db, { task: 'reconcile', environmentId })
}

/** The proxy may have been started again with an older table, or with none. */
export async function checkRoutes(engine: Engine): Promise<void> {
  await publishRoutes(engine, true, AbortSignal.timeout(LOOK_MS))
}

/** Ends deployments that nobody works on and nobody will: none stays on its way for ever. */
export async function endAbandoned(engine: Engine): Promise<void> {
  const { db, now } = engine
  for (const { id, serviceId } of await deployments.abandoned(db, new Date(now().getTime() - ABANDONED_MS), AT_ONCE)) {
    const lock = await tryLock(engine.sql, deploymentLock(id))
    if (!lock) continue
    try {
      await endOne(engine, id, serviceId)
    } finally {
      await lock.release()
    }
  }
}

/** Goes on with rotations that nobody is at: a database is not left between two passwords. */
export async function resumeRotations({ db, log }: Engine): Promise<void> {
  for (const { id, serviceId } of await rotations.abandoned(db)) {
    log.warn({ rotation: id }, 'nobody is at a rotation, it goes on')
    await enqueue(db, { task: 'rotate', rotationId: id, serviceId })
  }
}

async function endOne({ db, now, log }: Engine, id: string, serviceId: string): Promise<void> {
  const place = await ofService(db, serviceId)
  const failure = { reason: 'interrupted', message: 'The platform stopped while working on this deployment and could not go on with it.' } as const
  await db.transaction(async (tx) => {
    if (!(await deployments.fail(tx, id, failure, now()))) return
    await stages.endRunning(tx, id, { status: 'failed', error: failure.message, at: now() })
    if (!place) return
    const about = { subject: place.service, organizationId: place.organizationId, projectId: place.projectId, environmentId: place.environmentId, serviceId }
    await record(tx, 'platform', { ...about, type: 'deployment.failed', deploymentId: id, data: failure })
    await announce(tx, { kind: 'deployment', environmentId: place.environmentId, deploymentId: id })
    await announce(tx, { kind: 'graph', environmentId: place.environmentId })
  })
  log.warn({ deployment: id }, 'a deployment was abandoned and is ended')
}
