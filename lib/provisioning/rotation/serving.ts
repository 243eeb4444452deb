import { byId, type Deployment } from '../../db/queries/engine/deployments'
import { find } from '../../db/queries/services'
import { RotationFailure, type Turn } from './turn'

/** The version of the database that serves. Nothing else becomes one while its credentials are replaced. */
export async function servingOf({ engine, place }: Pick<Turn, 'engine' | 'place'>): Promise<Deployment> {
  const service = await find(engine.db, place.serviceId)
  const deployment = service?.activeDeploymentId ? await byId(engine.db, service.activeDeploymentId) : null
  if (!deployment?.environmentSealed) throw new RotationFailure(`No version of ${place.service} serves, so nobody can connect to it. Deploy it, then try again.`)
  return deployment
}
