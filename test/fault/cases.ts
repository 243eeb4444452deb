import type { ScenarioName } from './scenarios'

/** In which scenarios a point is disturbed, or why it is not. `command`: what of the app runs in it and can be waited in. */
export type Case = { in: readonly ScenarioName[]; command?: 'install' | 'build' } | { covered: string }

const FIRST = 'first deploy'
const BESIDE = 'second version beside the first'
const INSTEAD = 'second version instead of the first'

export const CASES: Record<string, Case> = {
  'stage:fetch': { in: [FIRST] },
  'stage:detect': { in: [FIRST] },
  'stage:install': { in: [FIRST], command: 'install' },
  'stage:build': { in: [BESIDE], command: 'build' },
  'stage:snapshot': { in: ['snapshot before a deploy'] },
  'stage:release': { in: [BESIDE] },
  'stage:prepare': { covered: 'step apply and verdict prepared, in: pre-deploy command' },
  'stage:start': { covered: 'step apply and verdict active' },
  'verdict:active': { in: [BESIDE, INSTEAD] },
  'verdict:failed': { in: ['version that never becomes healthy'] },
  'verdict:cancelled': { in: ['stop while a version starts'] },
  'verdict:hand_back': { in: ['target that can never run'] },
  'verdict:prepared': { in: ['pre-deploy command'] },
  'verdict:hold': { in: [INSTEAD] },
  'verdict:release_hold': { in: ['version that fails instead of the first'] },
  'verdict:sleep': { in: ['sleep'] },
  'verdict:run_due': { in: ['run that is due'] },
  'verdict:run_begun': { in: ['run now'] },
  'verdict:run_end_asked': { in: ['run that takes too long'] },
  'verdict:run_ended': { in: ['run now'] },
  'verdict:harmed': { in: ['release that does harm'] },
  'step:apply': { in: [FIRST, INSTEAD, 'pre-deploy command', 'run now'] },
  'step:stop': { in: [INSTEAD, 'sleep', 'run that takes too long'] },
  'step:remove': { in: [BESIDE, 'run now', 'delete'] },
  'step:forget': { in: ['delete'] },
  'publish:routes': { in: [BESIDE, 'delete'] },
}
