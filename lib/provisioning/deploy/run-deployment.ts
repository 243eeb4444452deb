import { buildLock, deploymentLock, holdLocks } from '../../db/queries/engine/advisory-lock'
import * as deployments from '../../db/queries/engine/deployments'
import { ofService } from '../../db/queries/engine/places'
import { timesBegun } from '../../db/queries/engine/stages'
import { beginTurn } from '../../db/queries/build-turns'
import { DeploymentFailure } from '../../domain/failure'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { enqueue } from '../../queue/jobs'
import { openBuildLog } from '../../telemetry/build-log'
import type { Engine } from '../engine'
import { conclude, type End } from './conclude'
import { makeDatabase } from './database/stages'
import { openEnclosure } from './enclosure'
import { buildFolder, type Run } from './run'
import { makeImage } from './image/stages'
import { skip, stage } from './stage'
import { reuseBuild } from './reuse-build'
import { stageLimitsMs, type StageLimits } from './stage-limits'
import { buildStage, isPackaged, keepArtifact } from './stages/build'
import { openWorkshop } from './stages/commands'
import { detectStage } from './stages/detect'
import { fetchStage } from './stages/fetch'
import { releaseStage } from './stages/release'
import { snapshotStage, waitsForSnapshots } from './stages/snapshot'
import { tidy, tidyAfterOthers } from './tidy'
import type { Cancellations } from '../watch-wanted'
import { watchCancel } from './watch-cancel'

// Takes a queued deployment to its release: fetch → detect → install → build → snapshot → release. It never talks to a runtime.
//
// A worker may die at any point, and another one goes on with the same deployment: it first ends what was left running,
// then begins the stage again. Fetching empties the folder, a finished artifact is found by its derived name, and the
// release is one transaction.

const LAST_LINES_MS = 3_000
/** A build that ends the platform itself, each time, is not begun for ever. */
const MAX_BEGINNINGS = 12

export type Sources = { shutdown: AbortSignal; cancellations: Cancellations }
type Options = Sources & { isLastAttempt: boolean; limitsMs?: Partial<StageLimits> }

/**
 * Works on a deployment. `busy`: somebody else does, or builds another one of the same service. `interrupted`: the worker
 * shuts down. Throws what should be tried again; at the last attempt, after the deployment has failed for it.
 */
export async function runDeployment(engine: Engine, id: string, options: Options): Promise<End> {
  const deployment = await deployments.byId(engine.db, id)
  const lock = await holdLocks(engine.sql, deploymentLock(id), ...(deployment?.artifactId === null ? [buildLock(deployment.serviceId)] : []))
  if (!lock) return 'busy'
  try {
    const begun = await deployments.begin(engine.db, id, engine.now())
    const place = begun && (await ofService(engine.db, begun.deployment.serviceId))
    const target = place && (await engine.targets.byId(place.targetId))
    if (!begun || !place || !target) {
      await tidyAfterOthers(engine, id, deployment)
      return 'done'
    }
    const { signal, stop } = watchCancel(engine, id, { ...options, lock })
    try {
      return await work(open(engine, { deployment: begun.deployment, place, target, signal, isOurs: lock.hold, limitsMs: { ...stageLimitsMs(engine.config), ...options.limitsMs } }), begun.isFirst, options)
    } finally {
      stop()
    }
  } finally {
    await lock.release()
  }
}

async function work(run: Run, isFirst: boolean, { isLastAttempt }: Options): Promise<End> {
  try {
    if (isFirst) await tellBegin(run)
    else if ((await timesBegun(run.engine.db, run.deployment.id)) >= MAX_BEGINNINGS) throw new DeploymentFailure('interrupted', `The platform ended ${MAX_BEGINNINGS} times while it worked on this deployment. Its log says why.`)
    else if (!(await waitsForSnapshots(run))) run.log.line('platform', 'The platform was interrupted and goes on with this deployment.')
    await pipeline(run)
    await tidy(run)
    return 'done'
  } catch (error) {
    const end = await conclude(run, error, isLastAttempt)
    if (end === 'done' || (end === null && isLastAttempt)) await tidy(run)
    if (end === null) throw error
    if (end === 'interrupted') run.enclosure.remove()
    return end
  } finally {
    // After a shutdown the rest is stored by whoever goes on.
    await run.log.close(LAST_LINES_MS)
  }
}

async function pipeline(run: Run): Promise<void> {
  await run.enclosure.end()
  if (run.deployment.artifactId === null && !(await reuseBuild(run))) await makeArtifact(run)
  else await skip(run, ['fetch', 'detect', 'install', 'build'])
  // The last of its snapshots goes on with it.
  if (await snapshotStage(run)) await stage(run, 'release', releaseStage)
}

async function makeArtifact(run: Run): Promise<void> {
  if (run.target.driver.capabilities.artifacts === 'images') return makeImage(run)
  const { recipe: planned, spec } = run.deployment
  if (spec.source.type === 'database') return makeDatabase(run, spec.source)
  // A worker died between packaging and noting it.
  if (planned && (await isPackaged(run))) return stage(run, 'build', (within) => keepArtifact(within, planned, null))
  await stage(run, 'fetch', fetchStage)
  // A reference that leads nowhere is found here, before minutes of building.
  const { recipe, workshop } = await stage(run, 'detect', async (within) => {
    const found = await detectStage(within)
    return { recipe: found, workshop: await openWorkshop(within, found) }
  })
  if (recipe.install.length === 0) await skip(run, ['install'])
  else await stage(run, 'install', (within) => workshop.execute(within, recipe.install, 'install_failed'))
  await stage(run, 'build', (within) => buildStage(within, recipe, workshop))
}

function open(engine: Engine, parts: Pick<Run, 'deployment' | 'place' | 'target' | 'signal' | 'limitsMs' | 'isOurs'>): Run {
  const { id, serviceId } = parts.deployment
  const folder = buildFolder(engine, id)
  return { ...parts, engine, folder, log: openBuildLog({ ...engine, environmentId: parts.place.environmentId, serviceId, deploymentId: id, folder: folder.log }), enclosure: openEnclosure(engine, id, folder.path) }
}

async function tellBegin({ engine, deployment, place }: Run): Promise<void> {
  if (deployment.status === 'building') await beginTurn(engine.db, deployment.id, place.projectId)
  await engine.db.transaction(async (tx) => {
    const about = { subject: place.service, organizationId: place.organizationId, projectId: place.projectId, environmentId: place.environmentId, serviceId: place.serviceId }
    if (deployment.status === 'building') await record(tx, 'platform', { ...about, type: 'deployment.building', deploymentId: deployment.id })
    await announce(tx, { kind: 'deployment', environmentId: place.environmentId, deploymentId: deployment.id })
    await announce(tx, { kind: 'graph', environmentId: place.environmentId })
    // While nothing serves, the address says that a first version is on its way.
    await enqueue(tx, { task: 'reconcile', environmentId: place.environmentId })
  })
}
