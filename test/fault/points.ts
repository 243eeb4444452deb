import { STAGES } from '../../lib/domain/deployment-status'
import { STEP_KINDS, VERDICT_KINDS } from '../../lib/provisioning/planner/world'

// What is disturbed, from the lists in the code: a stage, step or verdict that is added there and has no case here fails
// a test.

/** Every part of the engine's work that has an effect. */
export const POINTS = [...STAGES.map((name) => `stage:${name}`), ...VERDICT_KINDS.map((kind) => `verdict:${kind}`), ...STEP_KINDS.map((kind) => `step:${kind}`), 'publish:routes']

export type Disturbance = (typeof DISTURBANCES)[number]['name']

/**
 * What happens to it, once. `at`: the moment; `command`: while the command of the stage runs. What follows is in
 * `disturb.ts`.
 */
export const DISTURBANCES = [
  { name: 'done twice', at: 'after', does: 'again' },
  { name: 'fails before', at: 'before', does: 'throw' },
  { name: 'fails during', at: 'during', does: 'throw' },
  { name: 'killed before', at: 'before', does: 'kill' },
  { name: 'killed in the middle', at: 'command', does: 'kill' },
  { name: 'killed during', at: 'during', does: 'kill' },
  { name: 'killed after', at: 'after', does: 'kill' },
  { name: 'database restarted', at: 'during', does: 'restart' },
] as const
