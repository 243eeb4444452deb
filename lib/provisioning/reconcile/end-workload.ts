import { freePort } from '../../db/queries/engine/workloads'
import type { Engine } from '../engine'
import type { WorkloadRef } from '../runtime/driver'

/** Between SIGTERM and SIGKILL. */
export const GRACE_MS = 10_000

/** Ends a workload for good. What it printed last is stored before its files go, and its port only then given back. */
export async function endWorkload(engine: Engine, ref: WorkloadRef, signal: AbortSignal): Promise<void> {
  await engine.driver.stop(ref, GRACE_MS, signal)
  await engine.at?.('step:remove:during')
  await engine.collector.drain(ref)
  await engine.driver.remove(ref, GRACE_MS, signal)
  await engine.collector.forget(ref)
  await freePort(engine.db, ref.deploymentId)
}
