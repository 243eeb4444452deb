import type { EnvironmentRows } from '../../db/queries/engine/desired'
import { PREPARE } from '../planner/plan-prepare'
import type { Observation } from './observe'

/** Which workload may write to a volume, by the volume's id: what lives, and in this pass what is about to. */
export type Writers = Map<string, string>

export function writersOf({ deployments }: EnvironmentRows, observations: readonly Observation[]): Writers {
  const specs = new Map(deployments.map((row) => [row.id, row.spec]))
  const living = observations.filter(({ seen }) => seen.phase !== 'exited' && seen.part !== PREPARE)
  return new Map(living.flatMap(({ seen }) => (specs.get(seen.deploymentId)?.mounts ?? []).map(({ volumeId }) => [volumeId, seen.name] as const)))
}
