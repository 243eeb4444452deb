import type { ServiceNode } from '@/lib/contract/graph'
import { isProgressing } from '@/lib/domain/deployment-status'
import type { ServiceFacts } from '@/lib/domain/service-can'

/** What the rules of lib/domain/service-can ask of a service, read from its node. */
export function factsOf(service: Pick<ServiceNode, 'state' | 'latest' | 'activeId' | 'cron'>): ServiceFacts {
  const desired = service.state === 'removing' ? 'deleted' : service.state === 'suspended' ? 'stopped' : 'running'
  return { desired, latest: service.latest, hasActive: service.activeId !== null, isSleeping: service.state === 'sleeping', isCron: service.cron !== null }
}

/** Whether a deployment of it is under way. */
export function isDeploying(service: Pick<ServiceNode, 'latest'>): boolean {
  return service.latest !== null && isProgressing(service.latest.status)
}

/** Whether deploying it would change what runs: it never ran, or its settings differ from what runs. */
export function wantsDeploy(service: Pick<ServiceNode, 'state' | 'latest' | 'changed'>): boolean {
  if (service.state === 'removing' || isDeploying(service)) return false
  return service.state === 'not_deployed' || service.changed
}

/** Whether it counts among the changes of its environment: it never ran, or is set otherwise than the version that runs or is on its way. */
export function hasChange(service: Pick<ServiceNode, 'state' | 'latest' | 'changed'>): boolean {
  return service.state !== 'removing' && (service.state === 'not_deployed' || service.changed)
}
