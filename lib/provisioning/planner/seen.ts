import type { PlannedDeployment, SeenWorkload, Step, WantedService } from './world'

// Questions to what is seen, asked by several rules.

/** The replicas of a deployment, by number; undefined for one that is not there. */
export function replicasOf(seen: readonly SeenWorkload[], deployment: PlannedDeployment): (SeenWorkload | undefined)[] {
  return Array.from({ length: deployment.replicas }, (_, index) => partOf(seen, deployment.id, String(index)))
}

export function partOf(seen: readonly SeenWorkload[], deploymentId: string, part: string): SeenWorkload | undefined {
  return seen.find((workload) => workload.deploymentId === deploymentId && workload.part === part)
}

/** Service workloads with a living process that belong to other deployments than this one. */
export function livingBeside(seen: readonly SeenWorkload[], deploymentId: string): SeenWorkload[] {
  return seen.filter((workload) => workload.role === 'service' && workload.deploymentId !== deploymentId && workload.phase !== 'exited')
}

export function isHealthy(workload: SeenWorkload | undefined): boolean {
  return workload?.phase === 'running' && workload.health === 'healthy'
}

/** Whether every replica answers. */
export function allHealthy(seen: readonly SeenWorkload[], deployment: PlannedDeployment): boolean {
  return replicasOf(seen, deployment).every(isHealthy)
}

/** When it ended, and not later than that was first seen: a machine whose clock was wrong then may name any time. */
export function exitedAt({ exit, changedAt }: SeenWorkload): Date {
  return exit !== null && exit.at < changedAt ? exit.at : changedAt
}

export function find(want: WantedService, id: string | null): PlannedDeployment | undefined {
  return id === null ? undefined : want.deployments.find((deployment) => deployment.id === id)
}

export function remove(workload: SeenWorkload, why: string): Step {
  return { do: 'remove', workload, why }
}

export function stop(workload: SeenWorkload, why: string): Step {
  return { do: 'stop', workload, why }
}
