import { expect, it } from 'vitest'

import { variablesSetting } from './variable-step'

const plain = (key: string, value: string, scope: 'both' | 'run' = 'both') => ({ key, value, secret: false, scope })
const secret = (key: string) => ({ key, value: null, secret: true, scope: 'both' as const })

it('says what was added, changed and removed, and nothing of what stayed', () => {
  expect(variablesSetting('svc_1', [plain('A', '1'), plain('B', '2'), plain('C', '3'), secret('S')], [plain('A', '1'), plain('B', '2', 'run'), plain('D', '4'), secret('S')])).toEqual({
    of: 'variables',
    id: 'svc_1',
    before: { B: { value: '2', scope: 'both' }, C: { value: '3', scope: 'both' }, D: null },
    after: { B: { value: '2', scope: 'run' }, C: null, D: { value: '4', scope: 'both' } },
  })
})

it.each([
  ['nothing changed', [plain('A', '1')], [plain('A', '1')]],
  ['a secret is new', [], [secret('S')]],
  ['a secret went', [secret('S'), plain('A', '1')], [plain('A', '2')]],
  ['something became secret', [plain('A', '1')], [secret('A')]],
])('says nothing where %s', (_, before, after) => {
  expect(variablesSetting('svc_1', before, after)).toBeNull()
})
