import type { ServiceRow } from '../../db/queries/engine/desired'
import { freePort, leaveRoutes } from '../../db/queries/engine/workloads'
import type { TargetEngine } from '../engine'
import type { WorkloadRef } from '../runtime/driver'

/**
 * Ends a workload whose record stays. Ending takes as long as its grace, and whoever publishes meanwhile for another reason
 * would lead those here that wake it: it leaves the routes first, and stays when somebody has woken it before that.
 */
export async function stopWorkload(engine: TargetEngine, { ref, service, graceMs }: { ref: WorkloadRef; service: ServiceRow | null; graceMs: number }, signal: AbortSignal): Promise<void> {
  const fallsAsleep = service !== null && service.sleepingAt !== null && service.activeDeploymentId === ref.deploymentId
  if (fallsAsleep && !(await leaveRoutes(engine.db, { name: ref.name, serviceId: service.id }))) return
  await engine.driver.stop(ref, graceMs, signal)
  await engine.at?.('step:stop:during')
}

/** Ends a workload for good. What it printed last is stored before its files go, and its port only then given back. */
export async function endWorkload(engine: TargetEngine, ref: WorkloadRef, graceMs: number, signal: AbortSignal): Promise<void> {
  await engine.driver.stop(ref, graceMs, signal)
  await engine.at?.('step:remove:during')
  await engine.collector.drain(ref)
  await engine.driver.remove(ref, graceMs, signal)
  await engine.collector.forget(ref)
  await freePort(engine.db, ref.name)
}
