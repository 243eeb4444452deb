import { rm } from 'node:fs/promises'

import type { InspectionView } from '../../contract/service'
import { inspectionLock, tryLock } from '../../db/queries/engine/advisory-lock'
import { find, store, type Inspected } from '../../db/queries/engine/inspections'
import { ofService, type Place } from '../../db/queries/engine/places'
import { DeploymentFailure, type FailureReason } from '../../domain/failure'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { planRecipe } from '../build/plan-recipe'
import { readSourceTree } from '../build/source-tree'
import type { Engine } from '../engine'
import { fetchSource } from '../source/fetch-source'
import { rootDirectoryOf } from './stages/detect'
import { openSshKey, placesOf } from './stages/fetch'

const LIMIT_MS = 5 * 60_000

type Options = { shutdown: AbortSignal; isLastAttempt: boolean }

/**
 * Reads a service's source and plans its build without building, so that the screen can show what would happen. A result
 * for a source that has changed meanwhile is dropped: the change has asked for another look.
 */
export async function inspect(engine: Engine, serviceId: string, options: Options): Promise<'done' | 'busy'> {
  const lock = await tryLock(engine.sql, inspectionLock(serviceId))
  if (!lock) return 'busy'
  try {
    await inspectAlone(engine, serviceId, options)
    return 'done'
  } finally {
    await lock.release()
  }
}

async function inspectAlone(engine: Engine, serviceId: string, options: Options): Promise<void> {
  const inspected = await find(engine.db, serviceId)
  const place = await ofService(engine.db, serviceId)
  if (!inspected || !place) return
  const signal = AbortSignal.any([options.shutdown, AbortSignal.timeout(LIMIT_MS)])
  const result = await look(engine, inspected, place, signal).catch((error: unknown) => {
    if (options.shutdown.aborted || !options.isLastAttempt) throw error
    engine.log.error({ service: serviceId, cause: error }, 'source could not be read')
    return failed('internal', 'The platform could not read the source. Its log says why.')
  })
  await engine.db.transaction(async (tx) => {
    if (!(await store(tx, inspected, { ...result, at: engine.now().toISOString() }))) return
    await record(tx, 'platform', {
      type: 'service.inspected',
      subject: inspected.name,
      organizationId: place.organizationId,
      projectId: place.projectId,
      environmentId: place.environmentId,
      serviceId,
      data: { framework: result.recipe?.framework ?? null, reason: result.failure?.reason ?? null },
    })
    await announce(tx, { kind: 'graph', environmentId: place.environmentId })
  })
}

async function look(engine: Engine, { id, source, settings }: Inspected, place: Place, signal: AbortSignal): Promise<Omit<InspectionView, 'at'>> {
  const directory = engine.paths.inspection(id)
  try {
    const sshPrivateKey = await openSshKey(engine, place.organizationId, source)
    const { revision } = await fetchSource({ ...placesOf(engine), source, ref: null, directory, sshPrivateKey, onLine: () => {}, signal })
    const rootDirectory = rootDirectoryOf(source)
    const recipe = planRecipe(await readSourceTree(directory, rootDirectory), settings, rootDirectory)
    return { status: 'done', recipe, commit: revision?.commit ?? null, failure: null }
  } catch (error) {
    if (!(error instanceof DeploymentFailure)) throw error
    return failed(error.reason, error.message)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function failed(reason: FailureReason, message: string): Omit<InspectionView, 'at'> {
  return { status: 'failed', recipe: null, commit: null, failure: { reason, message } }
}
