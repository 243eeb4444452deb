import { expect, it } from 'vitest'

import { eventDetail } from './event-detail'

it.each([
  ['deployment.failed', { reason: 'no_start_command', message: 'package.json has no start script.' }, 'No start command: package.json has no start script.'],
  ['deployment.failed', { reason: 'something newer' }, null],
  ['deployment.queued', { number: 4 }, 'Deployment 4'],
  ['member.updated', { from: 'viewer', to: 'admin' }, 'Viewer → Admin'],
  ['member.updated', { from: 'emperor' }, null],
  ['invitation.created', { role: 'developer' }, 'Developer'],
  ['variables.replaced', { set: ['A', 'B'], removed: ['C'] }, 'Set A, B. Removed C'],
  ['variables.replaced', { set: [], removed: [] }, null],
  ['variables.replaced', { set: 'abcdefghij'.split('') }, 'Set a, b, c, d, e, f, g, h and 2 more'],
  ['variable.revealed', { key: 'TOKEN' }, 'TOKEN'],
  ['service.created', { source: 'git' }, null],
])('%s with %j adds %j', (type, data, detail) => expect(eventDetail({ type, data })).toBe(detail))
