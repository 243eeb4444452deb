import { rm } from 'node:fs/promises'

import { markSurplus } from '../../db/queries/engine/artifacts'
import { removeImages } from '../deploy/image/forget'
import type { Engine } from '../engine'

/** The last versions that have served can always be gone back to, however old. */
const LEAST = 3

/** Removes the builds of a service that nobody needs any more. First the mark, then the files: a rollback sees either. */
export async function pruneArtifacts(engine: Pick<Engine, 'db' | 'paths' | 'log' | 'config' | 'targets'>, serviceId: string): Promise<void> {
  for (const id of await markSurplus(engine.db, serviceId, { ...engine.config.keepBuilds, least: LEAST })) {
    await rm(engine.paths.artifact(id), { recursive: true, force: true })
    engine.log.debug({ artifact: id, service: serviceId }, 'build removed')
  }
  await removeImages(engine, serviceId)
}
