import type { Db } from '../../db/connection'
import { newestAnd } from '../../db/queries/deployments'
import type { ServiceRow } from '../../db/queries/services'
import type { ServiceFacts } from '../../domain/service-can'

/** What the rules need to know of a service. */
export async function factsOf(db: Db, service: ServiceRow): Promise<ServiceFacts> {
  const [latest] = await newestAnd(db, [service.id], [])
  return { desired: service.desired, latest: latest ?? null, hasActive: service.activeDeploymentId !== null }
}
