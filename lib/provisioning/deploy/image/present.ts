import type { ArtifactRow } from '../../../db/queries/engine/desired'
import { DeploymentFailure } from '../../../domain/failure'
import type { Run } from '../run'
import { authOf } from './auth'

/** Sees to it that the engine of the target has the image: it is fetched again where a registry has it. Throws DeploymentFailure when nobody has. */
export async function demandImage({ engine, target, place, log, signal }: Run, artifact: Pick<ArtifactRow, 'image' | 'targetId'>): Promise<void> {
  const { image } = artifact
  if (!image || !target.images || target.driver.capabilities.artifacts !== 'images') throw new DeploymentFailure('artifact_missing', 'The kept build of this deployment is an image, and the target of its environment runs none. Deploy again.')
  const isThere = target.id === artifact.targetId && (await target.images.inspect(image.id, signal)) !== null
  if (isThere) return
  if (image.digest === null) throw new DeploymentFailure('artifact_missing', 'The image of this deployment is no longer there. Deploy again.')
  log.line('platform', `The image is no longer there; fetching ${image.digest}`)
  const auth = await authOf(engine, place.organizationId, image.registryId)
  await target.images.pull({ reference: image.digest, auth, onLine: log.line }, signal)
}
