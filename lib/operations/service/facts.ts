import type { Db } from '../../db/connection'
import { newestAnd, type DeploymentBrief } from '../../db/queries/deployments'
import type { ServiceRow } from '../../db/queries/services'
import type { ServiceFacts } from '../../domain/service-can'

/** What the rules need to know of a service. */
export async function factsOf(db: Db, service: ServiceRow): Promise<ServiceFacts> {
  const { activeDeploymentId } = service
  const briefs = await newestAnd(db, [service.id], activeDeploymentId === null ? [] : [activeDeploymentId])
  const latest = briefs.reduce<DeploymentBrief | null>((newest, brief) => (newest && newest.number > brief.number ? newest : brief), null)
  const active = briefs.find(({ id }) => id === activeDeploymentId)
  return { desired: service.desired, latest, hasActive: activeDeploymentId !== null, isSleeping: service.sleepingAt !== null, isCron: (active?.cron ?? null) !== null }
}
