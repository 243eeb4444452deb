import { isProgressing, type DeploymentStatus } from './deployment-status'
import { RUN_STATUS, isOpen, type RunStatus } from './run-status'
import type { StateInput } from './service-state'
import { hasTerminals, type TargetKind } from './target'

// Rules used by both sides: a button is disabled with the sentence with which the operation refuses. Null means yes.

export type Reason = string | null

export type ServiceFacts = {
  desired: StateInput['desired']
  /** The newest deployment, if any. */
  latest: { status: DeploymentStatus } | null
  /** Whether a deployment has been healthy and would run now. */
  hasActive: boolean
  isSleeping: boolean
  /** Whether the version that would run now runs by the clock. */
  isCron: boolean
}

/** Why automatic deploys of a service are refused. `by`: null when the platform itself held it. */
export type Hold = { at: string; by: { id: string; name: string } | null; reason: string }

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

/** Whether a program may deploy it: what a person held stays until a person says otherwise. */
export function canDeployAutomatically(hold: Hold | null): Reason {
  if (hold === null) return null
  const reason = /[.!?]$/.test(hold.reason) ? hold.reason : `${hold.reason}.`
  return `Automatic deploys are held since ${utc(hold.at)}${hold.by === null ? ' by Easel' : ` by ${hold.by.name}`}: ${reason} Release the hold, or deploy by hand.`
}

export function canUnhold(hold: Hold | null): Reason {
  return hold === null ? 'Automatic deploys of this service are not held.' : null
}

/** `21 Nov 2026, 10:07 UTC`: the same wherever it is read. */
function utc(at: string): string {
  return `${new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).format(new Date(at))} UTC`
}

export function canStop(service: ServiceFacts): Reason {
  if (service.desired === 'deleted') return BEING_DELETED
  if (service.desired === 'stopped') return 'The service is already stopped.'
  const starts = service.latest !== null && isProgressing(service.latest.status)
  return service.hasActive || starts ? null : 'Nothing of this service runs, so there is nothing to stop.'
}

export function canStart(service: ServiceFacts): Reason {
  if (service.desired === 'deleted') return BEING_DELETED
  if (service.desired === 'running' && service.hasActive) return service.isSleeping ? null : 'The service is already started.'
  return service.hasActive ? null : 'The service has never been healthy, so there is no version to start. Deploy it first.'
}

export function canDelete(service: Pick<ServiceFacts, 'desired'>): Reason {
  return service.desired === 'deleted' ? 'The service is already being deleted.' : null
}

/** Whether it can be run now, besides its schedule. */
export function canRun(service: ServiceFacts): Reason {
  if (service.desired === 'deleted') return BEING_DELETED
  if (!service.hasActive) return 'The service has no version that could run. Deploy it first.'
  if (!service.isCron) return 'The deployed version has no schedule: it runs all the time. Set a schedule and deploy it.'
  return service.desired === 'stopped' ? 'The service is stopped. Start it first.' : null
}

export function canCancelRun(run: { status: RunStatus }): Reason {
  return isOpen(run.status) ? null : `The run is ${RUN_STATUS[run.status].word.toLowerCase()} and cannot be cancelled any more.`
}

/** Whether a terminal can be opened inside of it. `running`: how many of its replicas and runs there are now. */
export function canOpenTerminal({ target, running }: { target: { name: string; kind: TargetKind }; running: number }): Reason {
  if (!hasTerminals(target.kind)) return `This environment is on ${target.name}, where services are plain processes that no terminal can be opened in. It is possible on a Docker target.`
  return running === 0 ? 'Nothing of this service runs now, so there is nothing to open a terminal in. Deploy, start or wake it first.' : null
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
