import type { DeploySnapshotSettings } from '../contract/service-settings'
import type { Trigger } from './deployment-status'

/** Going back to an earlier version runs no pre-deploy command: what it prepared then is there. */
const UNPREPARED: readonly Trigger[] = ['rollback', 'harm']

/** Whether a deployment has a pre-deploy command to run. */
export function hasPrepare({ spec, trigger }: { spec: { settings: { preDeployCommand: string | null } }; trigger: Trigger }): boolean {
  return spec.settings.preDeployCommand !== null && !UNPREPARED.includes(trigger)
}

/** What is copied before a deployment; null for nothing. Going back changes no data, and is not to wait for a copy. */
export function snapshotsBefore({ spec, trigger }: { spec: { settings: { snapshots?: DeploySnapshotSettings | null } }; trigger: Trigger }): DeploySnapshotSettings | null {
  return UNPREPARED.includes(trigger) ? null : (spec.settings.snapshots ?? null)
}
