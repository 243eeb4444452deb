import type { ScenarioName } from './scenarios'

/** In which scenarios a point is disturbed, or why it cannot be. `command`: what of the app runs in it and can be waited in. */
export type Case = { in: readonly ScenarioName[]; command?: 'install' | 'build' } | { covered: string }

const FIRST = 'first deploy'
const SECOND = 'second version beside the first'

export const CASES: Record<string, Case> = {
  'stage:fetch': { in: [FIRST] },
  'stage:detect': { in: [FIRST] },
  'stage:install': { in: [FIRST], command: 'install' },
  'stage:build': { in: [SECOND], command: 'build' },
  'stage:release': { in: [SECOND] },
  'stage:start': { covered: 'done by step apply and verdict active' },
  'verdict:active': { in: [FIRST, SECOND] },
  'verdict:failed': { in: ['version that never becomes healthy'] },
  'verdict:cancelled': { in: ['stop while a version starts'] },
  'verdict:hand_back': { in: ['target that can never run'] },
  'step:apply': { in: [FIRST, SECOND] },
  'step:remove': { in: [SECOND, 'stop while a version starts', 'delete'] },
  'step:forget': { in: ['delete'] },
  'publish:routes': { in: [SECOND, 'stop while a version starts', 'delete'] },
}
