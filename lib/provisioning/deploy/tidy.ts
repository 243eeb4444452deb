import { rm } from 'node:fs/promises'

import { statusOf, type Deployment } from '../../db/queries/engine/deployments'
import * as cursors from '../../db/queries/engine/log-cursors'
import { ofService } from '../../db/queries/engine/places'
import * as stages from '../../db/queries/engine/stages'
import { TERMINAL } from '../../domain/deployment-status'
import { enqueue } from '../../queue/jobs'
import { openBuildLog } from '../../telemetry/build-log'
import type { Engine } from '../engine'
import { openEnclosure } from './enclosure'
import { buildFolder, type Run } from './run'
import { artifactIdOf } from './stages/build'

const LATER_MS = 15_000

/**
 * Removes what work on a deployment leaves on this machine: processes, working files, half an artifact. What it has said
 * is stored first; when that cannot be done now, it stays, and a later job comes back for it.
 */
export async function tidy({ engine, deployment, folder, log, enclosure }: Pick<Run, 'engine' | 'deployment' | 'folder' | 'log' | 'enclosure'>): Promise<void> {
  const { id, serviceId } = deployment
  try {
    await enclosure.end()
    enclosure.remove()
    for (const path of [folder.source, folder.home]) await rm(path, { recursive: true, force: true })
    if (deployment.artifactId === null) await rm(engine.paths.artifact(artifactIdOf(id)), { recursive: true, force: true })
    if (await log.close()) await removeFolder(engine, id)
    else await enqueue(engine.db, { task: 'run-deployment', deploymentId: id, serviceId, at: new Date(engine.now().getTime() + LATER_MS) })
  } catch (cause) {
    engine.log.warn({ deployment: id, cause }, 'what a build has left could not be removed')
  }
}

/** As `tidy`, for a deployment that has ended while nobody worked on it, or is gone altogether. */
export async function tidyAfterOthers(engine: Engine, id: string, deployment: Deployment | null): Promise<void> {
  const folder = buildFolder(engine, id)
  const enclosure = openEnclosure(engine, id, folder.path)
  const place = deployment && (await ofService(engine.db, deployment.serviceId))
  // Whoever worked on it may have begun a stage just when it was ended, and died.
  const status = await statusOf(engine.db, id)
  if (status !== null && (TERMINAL as readonly string[]).includes(status)) await stages.endRunning(engine.db, id, { status: 'cancelled', error: null, at: engine.now() })
  if (deployment && place) return tidy({ engine, deployment, folder, enclosure, log: openBuildLog({ ...engine, environmentId: place.environmentId, serviceId: deployment.serviceId, deploymentId: id, folder: folder.log }) })
  await enclosure.end()
  enclosure.remove()
  await removeFolder(engine, id)
  await rm(engine.paths.artifact(artifactIdOf(id)), { recursive: true, force: true })
}

/** The cursors go last: without them what is in the folder would be stored once more. */
async function removeFolder({ db, paths }: Engine, id: string): Promise<void> {
  await rm(paths.build(id), { recursive: true, force: true })
  await cursors.removeOfWorkload(db, id)
}
