import { followedImages, type FollowedImage } from '../db/queries/engine/followed'
import { isInWindow } from '../domain/deploy-window'
import { authOf } from '../provisioning/deploy/image/auth'
import type { Engine } from '../provisioning/engine'
import { deployFollowed } from './follow-branches'

/**
 * Looks at every service that follows the tag of an image, and deploys those whose tag leads to another image now. Registries
 * are asked for the digest only. Outside of its window a service is not looked at: the first look within it catches up.
 */
export async function followImages(engine: Engine, shutdown: AbortSignal): Promise<void> {
  for (const service of await followedImages(engine.db)) {
    if (shutdown.aborted) return
    if (!isInWindow(service.source.follow?.window ?? null, engine.now())) continue
    await followOne(engine, service, shutdown).catch((cause: unknown) => engine.log.warn({ service: service.id, cause }, 'a tag could not be looked at, will look again'))
  }
}

async function followOne(engine: Engine, { id, organizationId, environmentId, source, digest }: FollowedImage, signal: AbortSignal): Promise<void> {
  const target = await engine.targets.ofEnvironment(environmentId)
  if (!target?.images) return
  const auth = await authOf(engine, organizationId, source.registryId)
  if ((await target.images.resolve({ reference: source.reference, auth }, signal)) !== digest) await deployFollowed(engine, id, 'a tag leads to another image, deploying')
}
