import { isProgressing, type DeploymentStatus } from './deployment-status'
import type { StateInput } from './service-state'

// Rules used by both sides: a button is disabled with the sentence with which the operation refuses. Null means yes.

export type Reason = string | null

export type ServiceFacts = {
  desired: StateInput['desired']
  /** The newest deployment, if any. */
  latest: { status: DeploymentStatus } | null
  /** Whether a deployment has been healthy and would run now. */
  hasActive: boolean
}

export type DeploymentFacts = {
  number: number
  status: DeploymentStatus
  /** Whether its build is still on this machine. */
  artifact: 'none' | 'kept' | 'removed'
  /** Whether it has ever been healthy. */
  wasActive: boolean
}

const BEING_DELETED = 'The service is being deleted.'

export function canDeploy(service: Pick<ServiceFacts, 'desired'>): Reason {
  return service.desired === 'deleted' ? BEING_DELETED : null
}

export function canStop(service: ServiceFacts): Reason {
  if (service.desired === 'deleted') return BEING_DELETED
  if (service.desired === 'stopped') return 'The service is already stopped.'
  const starts = service.latest !== null && isProgressing(service.latest.status)
  return service.hasActive || starts ? null : 'Nothing of this service runs, so there is nothing to stop.'
}

export function canStart(service: ServiceFacts): Reason {
  if (service.desired === 'deleted') return BEING_DELETED
  if (service.desired === 'running' && service.hasActive) return 'The service is already started.'
  return service.hasActive ? null : 'The service has never been healthy, so there is no version to start. Deploy it first.'
}

export function canDelete(service: Pick<ServiceFacts, 'desired'>): Reason {
  return service.desired === 'deleted' ? 'The service is already being deleted.' : null
}

export function canCancel(deployment: Pick<DeploymentFacts, 'number' | 'status'>): Reason {
  if (isProgressing(deployment.status)) return null
  return `Deployment ${deployment.number} is ${deployment.status} and cannot be cancelled any more.`
}

/** Whether its kept build can be released again. */
export function canRedeploy(deployment: Pick<DeploymentFacts, 'number' | 'status' | 'artifact'>): Reason {
  if (deployment.artifact === 'kept') return null
  if (deployment.artifact === 'removed') return `The build of deployment ${deployment.number} was removed. Deploy again to build it anew.`
  return isProgressing(deployment.status)
    ? `Deployment ${deployment.number} is still being built. Wait until it has finished.`
    : `Deployment ${deployment.number} never had a build. Deploy again instead.`
}

export function canRollBack(deployment: DeploymentFacts): Reason {
  const reason = canRedeploy(deployment)
  if (reason !== null) return reason
  return deployment.wasActive ? null : `Deployment ${deployment.number} was never healthy. Choose one that was, or deploy again.`
}
