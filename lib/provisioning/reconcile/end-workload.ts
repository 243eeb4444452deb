import { freePort } from '../../db/queries/engine/workloads'
import type { Engine } from '../engine'
import type { WorkloadRef } from '../runtime/driver'

/** Ends a workload for good. What it printed last is stored before its files go, and its port only then given back. */
export async function endWorkload(engine: Engine, ref: WorkloadRef, graceMs: number, signal: AbortSignal): Promise<void> {
  await engine.driver.stop(ref, graceMs, signal)
  await engine.at?.('step:remove:during')
  await engine.collector.drain(ref)
  await engine.driver.remove(ref, graceMs, signal)
  await engine.collector.forget(ref)
  await freePort(engine.db, ref.name)
}
