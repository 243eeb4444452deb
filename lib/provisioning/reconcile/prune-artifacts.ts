import { rm } from 'node:fs/promises'

import { markSurplus } from '../../db/queries/engine/artifacts'
import type { Engine } from '../engine'

/** Builds kept for rolling back, besides the one that serves. */
const KEPT = 5

/** Removes the builds of a service that nobody needs any more. First the mark, then the files: a rollback sees either. */
export async function pruneArtifacts(engine: Pick<Engine, 'db' | 'paths' | 'log'>, serviceId: string): Promise<void> {
  for (const id of await markSurplus(engine.db, serviceId, KEPT)) {
    await rm(engine.paths.artifact(id), { recursive: true, force: true })
    engine.log.debug({ artifact: id, service: serviceId }, 'build removed')
  }
}
