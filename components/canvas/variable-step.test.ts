import { expect, it } from 'vitest'

import { variablesSetting } from './variable-step'

const plain = (key: string, value: string, scope: 'both' | 'run' = 'both') => ({ key, value, secret: false, scope })
const secret = (key: string) => ({ key, value: null, secret: true, scope: 'both' as const })

it('says what was added, changed and removed, and nothing of what stayed', () => {
  expect(variablesSetting('svc_1', [plain('A', '1'), plain('B', '2'), plain('C', '3')], { variables: [plain('A', '1'), plain('B', '2', 'run'), plain('D', '4')], ticket: 'sealed' })).toEqual({
    of: 'variables',
    id: 'svc_1',
    before: { B: { value: '2', scope: 'both' }, C: { value: '3', scope: 'both' }, D: null },
    after: { B: { value: '2', scope: 'run' }, C: null, D: { value: '4', scope: 'both' } },
  })
})

it.each([
  ['a secret is new', [], [secret('S')]],
  ['a secret went', [secret('S'), plain('A', '1')], [plain('A', '2')]],
  ['something became secret', [plain('A', '1')], [secret('A')]],
  ['a secret may have another value', [secret('S')], [secret('S')]],
])('leaves it to the ticket where %s', (_, before, variables) => {
  expect(variablesSetting('svc_1', before, { variables, ticket: 'sealed' })).toEqual({ of: 'sealed_variables', id: 'svc_1', ticket: 'sealed', before: 'before', after: 'after' })
  // None: nothing was changed, or it is too much to be kept.
  expect(variablesSetting('svc_1', before, { variables, ticket: null })).toBeNull()
})

it('says nothing where nothing changed', () => {
  expect(variablesSetting('svc_1', [plain('A', '1')], { variables: [plain('A', '1')], ticket: null })).toBeNull()
})
