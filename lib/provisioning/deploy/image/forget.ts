import { imagesToRemove, noteImageRemoved } from '../../../db/queries/engine/artifacts'
import type { Engine } from '../../engine'

const REMOVE_MS = 60_000

/**
 * Takes our names away from the images of removed builds; the engine deletes what has none left. One that cannot be removed
 * now, because something of it still runs or its engine is away, is tried again with the next look.
 */
export async function removeImages({ db, targets, log }: Pick<Engine, 'db' | 'targets' | 'log'>, serviceId: string): Promise<void> {
  for (const { id, targetId, names } of await imagesToRemove(db, serviceId)) {
    try {
      const { images } = await targets.byId(targetId)
      for (const name of names) await images?.remove(name, AbortSignal.timeout(REMOVE_MS))
      await noteImageRemoved(db, id)
    } catch (cause) {
      log.warn({ artifact: id, service: serviceId, cause }, 'an image could not be removed, will be tried again')
    }
  }
}

/** As a service goes: every name that its images have had, also of builds that were never finished. Throws when an engine does not do it. */
export async function forgetImages({ db, targets }: Pick<Engine, 'db' | 'targets'>, { id, environmentId }: { id: string; environmentId: string }): Promise<void> {
  const signal = AbortSignal.timeout(REMOVE_MS)
  for (const { targetId, names } of await imagesToRemove(db, id, { alsoKept: true })) {
    const target = await targets.byId(targetId)
    for (const name of names) await target.images?.remove(name, signal)
  }
  const here = await targets.ofEnvironment(environmentId)
  for (const name of (await here?.images?.tags(`easel/${id}:`, signal)) ?? []) await here?.images?.remove(name, signal)
}
