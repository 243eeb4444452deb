import type { ServiceRow } from '../../db/queries/engine/desired'
import * as runs from '../../db/queries/engine/runs'
import * as verdicts from '../../db/queries/engine/verdicts'
import type { Db } from '../../db/connection'
import type { ServiceVerdict } from '../planner/world'

/** Writes a conclusion on a service or one of its runs. False when somebody else came first. */
export async function writeServiceVerdict(tx: Db, service: ServiceRow, verdict: ServiceVerdict, now: Date): Promise<boolean> {
  switch (verdict.kind) {
    case 'hold':
      return verdicts.setHeld(tx, service.id, now)
    case 'release_hold':
      return verdicts.setHeld(tx, service.id, null)
    case 'sleep':
      return verdicts.fallAsleep(tx, service.id, now)
    case 'run_due':
      return (await runs.addDue(tx, { serviceId: service.id, deploymentId: verdict.deploymentId, dueAt: verdict.dueAt, status: verdict.status }, now)) !== null
    case 'run_begun':
      return runs.begin(tx, verdict.runId, now)
    case 'run_end_asked':
      return runs.askEnd(tx, verdict.runId, verdict.end, now)
    case 'run_ended': {
      const { status, exitCode, exitSignal, message } = verdict
      if (!(await runs.end(tx, verdict.runId, { status, exitCode, exitSignal, message }, now))) return false
      await runs.prune(tx, service.id)
      return true
    }
  }
}
