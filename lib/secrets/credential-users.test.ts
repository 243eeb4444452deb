import { describe, expect, test } from 'vitest'

import { usersOf, variablesWith, type Released } from './credential-users'
import { makeSeal } from './seal'
import { sealEnvironment } from './sealed-environment'

const seal = makeSeal('ab'.repeat(32))
const PASSWORD = 'h6Kq/93 nm2%Wz'

function released(serviceId: string, variables: Record<string, string>, reaches: string[] = []): Released {
  const deploymentId = `dep_${serviceId}`
  return { serviceId, name: serviceId, deploymentId, reaches, environmentSealed: sealEnvironment(seal, deploymentId, { variables, secrets: [] }) }
}

describe('who uses a password', () => {
  test.each([
    ['as it is', PASSWORD],
    ['within an address', `postgresql://app:${PASSWORD}@postgres:5432/app`],
    ['encoded for an address', `postgresql://app:${encodeURIComponent(PASSWORD)}@postgres:5432/app`],
  ])('has it %s', (_, value) => expect(variablesWith({ variables: { ONE: value, OTHER: 'app' } }, PASSWORD)).toEqual(['ONE']))

  test('does not have a short one in every text that contains it', () => expect(variablesWith({ variables: { SAME: 'app', NAME: 'happy' } }, 'app')).toEqual(['SAME']))

  test('comes after those it refers to, and circles end', () => {
    const uses = { URL: PASSWORD }
    const all = [released('a', uses, ['c', 'other']), released('b', uses, ['a']), released('c', uses, ['b']), released('d', uses, []), released('e', {}, ['a']), { ...released('f', uses), environmentSealed: null }]
    const order = usersOf(seal, all, PASSWORD).map(({ serviceId }) => serviceId)
    expect([...order].sort()).toEqual(['a', 'b', 'c', 'd'])
    expect(usersOf(seal, [released('a', uses, ['z']), released('z', uses)], PASSWORD).map(({ serviceId }) => serviceId)).toEqual(['z', 'a'])
  })
})
