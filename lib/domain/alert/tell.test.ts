import { describe, expect, it } from 'vitest'

import { isSilenced, QUIET_MS, whatToTell, type Tellable } from './tell'

const AT = 10_000_000
const BASE: Tellable = { state: 'firing', told: { last: null, firingAt: null }, repeatMs: 3_600_000, isSilenced: false }

describe('what people are told', () => {
  it.each<[string, Partial<Tellable>, string | null]>([
    ['that it fires, once', {}, 'firing'],
    ['nothing in a silence', { isSilenced: true }, null],
    ['not again at once', { told: { last: 'firing', firingAt: AT - 60_000 } }, null],
    ['again after the interval', { told: { last: 'firing', firingAt: AT - 3_600_000 } }, 'still_firing'],
    ['never again without one', { repeatMs: null, told: { last: 'firing', firingAt: AT - 36_000_000 } }, null],
    ['that it is resolved', { state: 'resolved', told: { last: 'firing', firingAt: AT - 1 } }, 'resolved'],
    ['nothing of the end of what they were not told of', { state: 'resolved' }, null],
    ['the end once', { state: 'resolved', told: { last: 'resolved', firingAt: AT - 1 } }, null],
    ['nothing when it is back soon', { told: { last: 'resolved', firingAt: AT - QUIET_MS + 1 } }, null],
    ['that it is back when it lasts', { told: { last: 'resolved', firingAt: AT - QUIET_MS } }, 'firing'],
  ])('%s', (_, other, expected) => {
    expect(whatToTell({ ...BASE, ...other }, AT)).toBe(expected)
  })
})

describe('a silence', () => {
  const alert = { ruleKey: 'cpu', serviceId: 'svc_a' }
  it.each([
    [{ ruleKey: null, serviceId: null, until: AT + 1 }, true],
    [{ ruleKey: 'cpu', serviceId: null, until: AT + 1 }, true],
    [{ ruleKey: 'cpu', serviceId: 'svc_a', until: AT + 1 }, true],
    [{ ruleKey: 'memory', serviceId: null, until: AT + 1 }, false],
    [{ ruleKey: null, serviceId: 'svc_b', until: AT + 1 }, false],
    [{ ruleKey: null, serviceId: null, until: AT }, false],
  ])('%j covers it: %s', (silence, expected) => {
    expect(isSilenced([silence], alert, AT)).toBe(expected)
  })
})
