import type { DeploymentStatus, Trigger } from './deployment-status'

/** A deployment that is on its way. */
export type OnItsWay = {
  serviceId: string
  status: Extract<DeploymentStatus, 'queued' | 'building' | 'releasing'>
  trigger: Trigger
  createdAt: Date
  /** Null before its release. */
  releasedAt: Date | null
  /** Services that its variables refer to; null before its release. */
  reaches: readonly string[] | null
}

/**
 * Services that a released version waits for before it starts: those it refers to that were deployed with it, until their
 * deployment has ended, for good or ill. What was asked for after its release is not waited for, so that this ends; in a circle
 * nobody waits for the other; and what puts a former version back waits for nobody.
 */
export function waitsFor(released: OnItsWay, all: readonly OnItsWay[]): string[] {
  const { releasedAt, reaches, trigger, serviceId } = released
  if (releasedAt === null || reaches === null || trigger === 'rollback' || trigger === 'harm') return []
  return reaches.filter((other) => other !== serviceId && all.some((one) => one.serviceId === other && one.createdAt <= releasedAt) && !leadsTo(other, serviceId, all))
}

/** Whether what is on its way of a service refers to another, however far away. */
function leadsTo(from: string, to: string, all: readonly OnItsWay[]): boolean {
  const reached = new Set([from])
  // A set that grows while it is gone through: each service once.
  for (const serviceId of reached) {
    if (serviceId === to) return true
    for (const one of all) if (one.serviceId === serviceId) for (const next of one.reaches ?? []) reached.add(next)
  }
  return false
}
