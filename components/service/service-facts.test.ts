import { describe, expect, it } from 'vitest'

import { wantsDeploy } from './service-facts'

const latest = (status: 'building' | 'active') => ({ id: 'dep_1', number: 1, status, stage: null, waitsFor: [], createdAt: '2026-01-01T00:00:00.000Z', finishedAt: null, failure: null })

describe('wantsDeploy', () => {
  it.each([
    ['what never ran', { state: 'not_deployed' as const, latest: null, changed: false }, true],
    ['what runs as it is written', { state: 'running' as const, latest: latest('active'), changed: false }, false],
    ['what was changed since', { state: 'running' as const, latest: latest('active'), changed: true }, true],
    ['what is being deployed already', { state: 'building' as const, latest: latest('building'), changed: true }, false],
    ['what is being removed', { state: 'removing' as const, latest: null, changed: true }, false],
  ])('decides for %s', (_, service, expected) => expect(wantsDeploy(service)).toBe(expected))
})
