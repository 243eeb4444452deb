import { describe, expect, it } from 'vitest'

import { ALERT_KIND, ALERT_KINDS } from './kind'
import { effectiveRules, ruleProblem, rulesFor, standardRule } from './rule'
import { alertWords, durationWords, ruleWords } from './words'

const OWN = { ...standardRule('cpu'), key: 'alr_1', serviceId: 'svc_a', threshold: 50 }

describe('the rules of an environment', () => {
  it('are one of each kind where nothing is said, and each of them is allowed', () => {
    expect(effectiveRules([])).toEqual(ALERT_KINDS.map(standardRule))
    expect(ALERT_KINDS.map((kind) => ruleProblem(standardRule(kind)))).toEqual(ALERT_KINDS.map(() => null))
  })

  it('are as they are kept, with what was added behind', () => {
    const rules = effectiveRules([OWN, { ...standardRule('memory'), isOn: false }])
    expect(rules.find(({ key }) => key === 'memory')?.isOn).toBe(false)
    expect(rules.at(-1)).toEqual(OWN)
    expect(rules).toHaveLength(ALERT_KINDS.length + 1)
  })

  it('leave a service that has its own to that one', () => {
    const rules = effectiveRules([OWN])
    expect(rulesFor(rules, 'cpu', 'svc_a').map(({ key }) => key)).toEqual(['alr_1'])
    expect(rulesFor(rules, 'cpu', 'svc_b').map(({ key }) => key)).toEqual(['cpu'])
    expect(rulesFor(rules, 'disk', null).map(({ key }) => key)).toEqual(['disk'])
  })

  it.each([
    [{ kind: 'cpu', serviceId: null, threshold: 0 }, 'threshold'],
    [{ kind: 'cpu', serviceId: null, threshold: 101 }, 'threshold'],
    [{ kind: 'down', serviceId: null, threshold: 1 }, 'threshold'],
    [{ kind: 'disk', serviceId: 'svc_a', threshold: 90 }, 'serviceId'],
  ] as const)('refuse %j', (rule, field) => {
    expect(ruleProblem(rule)?.field).toBe(field)
  })
})

describe('words', () => {
  it.each([
    ['cpu', 90, 300, 'CPU above 90 % of its limit for 5 min'],
    ['cpu_milli', 1500, 90, 'CPU above 1.5 processors for 90 s'],
    ['latency_p95', 2000, 300, '95 % of answers take longer than 2 s for 5 min'],
    ['disk', 90, 60, 'Disk more than 90 % full for 1 min'],
    ['error_rate', 5, 0, 'Error rate above 5 %'],
    ['down', 0, 60, 'Down for 1 min'],
    ['deployment_failed', 0, 0, 'Deployment failed'],
  ] as const)('of %s', (kind, threshold, forSeconds, expected) => {
    expect(ruleWords({ kind, threshold, forSeconds })).toBe(expected)
  })

  it('of an alert name what it is about, what was measured and what is allowed', () => {
    expect(alertWords({ kind: 'cpu', subject: 'api', state: 'firing', value: 97.314, threshold: 90, forSeconds: 300 })).toBe('CPU of api is 97.31 %, above 90 % of its limit for 5 min')
    expect(alertWords({ kind: 'down', subject: 'api', state: 'firing', value: 1, threshold: 0, forSeconds: 60 })).toBe('api: down for 1 min')
    expect(alertWords({ kind: 'latency_p95', subject: 'api', state: 'firing', value: 2310, threshold: 2000, forSeconds: 300 })).toBe('api: 95 % of answers take 2.31 s, longer than 2 s for 5 min')
    const resolved = (kind: 'cpu' | 'disk' | 'latency_p95' | 'down', value: number, threshold: number) => alertWords({ kind, subject: 'api', state: 'resolved', value, threshold, forSeconds: 300 })
    expect(resolved('cpu', 12, 90)).toBe('CPU of api is 12 %, not above 90 % of its limit any more')
    expect(resolved('disk', 75, 90)).toBe('Disk of api is 75 %, not more than 90 % full any more')
    expect(resolved('latency_p95', 5, 2000)).toBe('api: 95 % of answers take 5 ms, not longer than 2 s any more')
    expect(resolved('latency_p95', 2310, 2000)).toBe('api: 95 % of answers took 2.31 s, longer than 2 s for 5 min')
    expect(resolved('cpu', 97, 90)).toBe('CPU of api was 97 %, above 90 % of its limit for 5 min')
    expect(resolved('down', 1, 0)).toBe('api: down for 5 min')
    for (const kind of ALERT_KINDS) expect(alertWords({ kind, subject: 'x', state: 'firing', value: 1, ...ALERT_KIND[kind].standard })).toContain('x')
  })

  it('of durations are whole', () => {
    expect([0, 45, 60, 300, 3600].map(durationWords)).toEqual(['0 s', '45 s', '1 min', '5 min', '1 h'])
  })
})
