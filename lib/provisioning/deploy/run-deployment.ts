import { access, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { buildLock, deploymentLock, tryLock, type Lock } from '../../db/queries/engine/advisory-lock'
import * as deployments from '../../db/queries/engine/deployments'
import { ofService } from '../../db/queries/engine/places'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { enqueue } from '../../queue/jobs'
import { openBuildLog } from '../../telemetry/build-log'
import type { Engine } from '../engine'
import { endLeftovers } from './leftovers'
import { conclude, type End } from './conclude'
import type { Run } from './run'
import { skip, stage } from './stage'
import { artifactIdOf, buildStage, keepArtifact } from './stages/build'
import { openWorkshop } from './stages/commands'
import { detectStage } from './stages/detect'
import { fetchStage } from './stages/fetch'
import { releaseStage } from './stages/release'
import { watchCancel, type Cancellations } from './watch-cancel'

// Takes a queued deployment to its release: fetch → detect → install → build → release. It never talks to a runtime.
//
// A worker may die at any point, and another one goes on with the same deployment: it first ends what was left running,
// then begins the stage again. Fetching empties the folder, a finished artifact is found by its derived name, and the
// release is one transaction.

export type Sources = { shutdown: AbortSignal; cancellations: Cancellations }

/**
 * Works on a deployment. `busy`: somebody else does, or builds another one of the same service. `interrupted`: the worker
 * shuts down. Throws what should be tried again.
 */
export async function runDeployment(engine: Engine, id: string, options: Sources & { isLastAttempt: boolean }): Promise<End> {
  const deployment = await deployments.byId(engine.db, id)
  if (!deployment) return 'done'
  const locks = await lockAll(engine, [deploymentLock(id), ...(deployment.artifactId === null ? [buildLock(deployment.serviceId)] : [])])
  if (!locks) return 'busy'
  try {
    const begun = await deployments.begin(engine.db, id, engine.now())
    const place = begun && (await ofService(engine.db, begun.deployment.serviceId))
    if (!begun || !place) return 'done'
    const { signal, stop } = watchCancel(engine, id, options)
    const run = open(engine, { deployment: begun.deployment, place, signal })
    try {
      if (begun.isFirst) await tellBegin(run)
      else run.log.line('platform', 'The platform was interrupted and goes on with this deployment.')
      await pipeline(run)
      return await tidy(run, 'done')
    } catch (error) {
      return await tidy(run, await conclude(run, error, options.isLastAttempt))
    } finally {
      stop()
      await run.log.close()
    }
  } finally {
    await locks.release()
  }
}

/** All of these locks, or none. */
async function lockAll(engine: Engine, names: readonly string[]): Promise<Lock | null> {
  const held: Lock[] = []
  const release = async () => {
    for (const lock of held.splice(0).reverse()) await lock.release()
  }
  for (const name of names) {
    const lock = await tryLock(engine.sql, name)
    if (lock) held.push(lock)
    else {
      await release()
      return null
    }
  }
  return { release }
}

async function pipeline(run: Run): Promise<void> {
  await endLeftovers(run)
  if (run.deployment.artifactId === null) await makeArtifact(run)
  else await skip(run, ['fetch', 'detect', 'install', 'build'])
  await stage(run, 'release', () => releaseStage(run))
}

async function makeArtifact(run: Run): Promise<void> {
  const { deployment } = run
  // A worker died between packaging and noting it.
  if (deployment.recipe && (await isPackaged(run))) return stage(run, 'build', () => keepArtifact(run, deployment.recipe!))
  await stage(run, 'fetch', () => fetchStage(run))
  const { recipe, workshop } = await stage(run, 'detect', async () => {
    const planned = await detectStage(run)
    // A reference that leads nowhere is found here, before minutes of building.
    return { recipe: planned, workshop: await openWorkshop(run, planned) }
  })
  if (recipe.install.length === 0) await skip(run, ['install'])
  else await stage(run, 'install', () => workshop.execute(recipe.install, 'install_failed'))
  await stage(run, 'build', () => buildStage(run, recipe, workshop))
}

function isPackaged({ engine, deployment }: Run): Promise<boolean> {
  return access(engine.paths.artifact(artifactIdOf(deployment.id))).then(() => true, () => false)
}

function open(engine: Engine, { deployment, place, signal }: Pick<Run, 'deployment' | 'place' | 'signal'>): Run {
  const path = engine.paths.build(deployment.id)
  const log = openBuildLog({ db: engine.db, log: engine.log, now: engine.now, serviceId: deployment.serviceId, deploymentId: deployment.id, mask: (text) => text })
  return { engine, deployment, place, signal, log, folder: { path, source: join(path, 'source'), home: join(path, 'home'), processNote: join(path, 'process.json') } }
}

async function tellBegin({ engine, deployment, place }: Run): Promise<void> {
  await engine.db.transaction(async (tx) => {
    const about = { subject: place.service, organizationId: place.organizationId, projectId: place.projectId, environmentId: place.environmentId, serviceId: place.serviceId }
    if (deployment.status === 'building') await record(tx, 'platform', { ...about, type: 'deployment.building', deploymentId: deployment.id })
    await announce(tx, { kind: 'deployment', environmentId: place.environmentId, deploymentId: deployment.id })
    await announce(tx, { kind: 'graph', environmentId: place.environmentId })
    // While nothing serves, the address says that a first version is on its way.
    await enqueue(tx, { task: 'reconcile', environmentId: place.environmentId })
  })
}

/** Removes the working folder unless the deployment goes on later. */
async function tidy({ engine, folder, deployment }: Run, end: End): Promise<End> {
  if (end === 'interrupted') return end
  await rm(folder.path, { recursive: true, force: true }).catch((cause: unknown) => engine.log.warn({ deployment: deployment.id, cause }, 'a working folder could not be removed'))
  return end
}
