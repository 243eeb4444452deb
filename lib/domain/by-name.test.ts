import { expect, it } from 'vitest'

import { byName } from './by-name'

it('counts as people do', () => {
  expect(['svc-10', 'Web', 'svc-2', 'api', 'svc-1'].sort(byName)).toEqual(['api', 'svc-1', 'svc-2', 'svc-10', 'Web'])
})
