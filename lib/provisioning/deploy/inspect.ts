import { rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { InspectionView } from '../../contract/service'
import { inspectionLock, holdLocks } from '../../db/queries/engine/advisory-lock'
import { find, store, type Inspected } from '../../db/queries/engine/inspections'
import { ofService, type Place } from '../../db/queries/engine/places'
import { DeploymentFailure, type FailureReason } from '../../domain/failure'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { offeredMajors } from '../build/image/node-image'
import { planRecipe } from '../build/plan-recipe'
import { readSourceTree } from '../build/source-tree'
import type { Engine } from '../engine'
import type { Target } from '../targets'
import { fetchSource } from '../source/fetch-source'
import { failureIn } from './disk-full'
import { openEnclosure, type Enclosure } from './enclosure'
import { findDockerfile } from './image/find-dockerfile'
import { rootDirectoryOf } from './stages/detect'
import { findUpload, openSshKey, placesOf } from './stages/fetch'

const LIMIT_MS = 5 * 60_000

type Options = { shutdown: AbortSignal; isLastAttempt: boolean }

/**
 * Reads a service's source and plans its build without building, so that the screen can show what would happen. A result
 * for a source that has changed meanwhile is dropped: the change has asked for another look.
 */
export async function inspect(engine: Engine, serviceId: string, options: Options): Promise<'done' | 'busy'> {
  const lock = await holdLocks(engine.sql, inspectionLock(serviceId))
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
  const room = openRoom(engine, serviceId)
  await room.enclosure.end()
  if (!inspected || !place) return tidy(room)
  const { result, cause } = await look({ engine, inspected, place, room, shutdown: options.shutdown })
    .then((found) => ({ result: found, cause: null }))
    .catch((error: unknown) => {
      if (options.shutdown.aborted || !options.isLastAttempt) throw error
      engine.log.error({ service: serviceId, cause: error }, 'source could not be read')
      return { result: failed('internal', 'The platform could not read the source. Its log says why.'), cause: error }
    })
    .finally(() => tidy(room))
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
  if (cause !== null) throw cause
}

type Room = { folder: string; enclosure: Enclosure }

function openRoom(engine: Engine, serviceId: string): Room {
  const folder = engine.paths.inspection(serviceId)
  return { folder, enclosure: openEnclosure(engine, `inspect-${serviceId}`, folder) }
}

async function tidy({ folder, enclosure }: Room): Promise<void> {
  enclosure.remove()
  await rm(folder, { recursive: true, force: true })
}

type Look = { engine: Engine; inspected: Inspected; place: Place; room: Room; shutdown: AbortSignal }

async function look({ engine, inspected, place, room, shutdown }: Look): Promise<Omit<InspectionView, 'at'>> {
  const { source, settings } = inspected
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(new DeploymentFailure('timed_out', 'Reading the source took longer than 5 minutes and was ended.')), LIMIT_MS)
  const signal = AbortSignal.any([shutdown, limit.signal])
  try {
    // An engine that is away decides nothing here: without it the source is read as on this machine.
    const target = await engine.targets.ofEnvironment(inspected.environmentId).catch(() => null)
    // What a tag leads to is asked when it is deployed.
    if (source.type === 'image') return { status: 'done', recipe: null, dockerfile: null, commit: null, failure: null }
    const directory = join(room.folder, 'source')
    const sshPrivateKey = await openSshKey(engine, place.organizationId, source)
    const upload = await findUpload(engine, place.projectId, source)
    const { revision } = await fetchSource({ ...placesOf(engine), source, ref: null, directory, sshPrivateKey, upload, onLine: () => {}, signal, commands: room.enclosure })
    const rootDirectory = rootDirectoryOf(source)
    const commit = revision?.commit ?? null
    const isImage = target?.driver.capabilities.artifacts === 'images'
    const dockerfile = isImage ? await findDockerfile(directory, { rootDirectory, build: settings.build }) : null
    if (dockerfile !== null) return { status: 'done', recipe: null, dockerfile: dockerfile.path, commit, failure: null }
    const recipe = planRecipe(await readSourceTree(directory, rootDirectory, await majorsOf(engine, target, signal)), settings, rootDirectory)
    return { status: 'done', recipe, dockerfile: null, commit, failure: null }
  } catch (error) {
    const failure = failureIn(signal.aborted ? signal.reason : error)
    if (!failure) throw error
    return failed(failure.reason, failure.message)
  } finally {
    clearTimeout(timer)
  }
}

/** Where images are made: what with. Null elsewhere, and while the engine cannot be asked. */
async function majorsOf({ config }: Engine, target: Target | null, signal: AbortSignal): Promise<number[] | null> {
  return target?.images ? offeredMajors(target.images, config.baseImages, signal).catch(() => null) : null
}

function failed(reason: FailureReason, message: string): Omit<InspectionView, 'at'> {
  return { status: 'failed', recipe: null, dockerfile: null, commit: null, failure: { reason, message } }
}
