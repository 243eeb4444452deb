import { describe, expect, it } from 'vitest'

import { notice, remember, type BareWorkload, type Memory } from './remember'
import { after } from './world'

const NOW = new Date('2030-01-01T12:00:00Z')
const ago = (ms: number) => after(NOW, -ms)
const bare = (over: Partial<BareWorkload> = {}): BareWorkload => ({
  name: 'dep-1', serviceId: 'svc_1', deploymentId: 'dep_1', role: 'service', part: '0', port: 30_001, open: 0, phase: 'running', health: 'healthy', healthMessage: null, exit: null, startedAt: ago(1000), listening: [], ...over,
})
const before = (over: Partial<Memory> = {}): Memory => ({ phase: 'running', health: 'healthy', changedAt: ago(1000), firstSeenAt: ago(9000), crashes: 0, exitedAt: null, ...over })
const crash = (at = NOW): BareWorkload => bare({ phase: 'exited', health: 'unknown', exit: { code: 1, signal: null, at, byPlatform: false } })

describe('remember', () => {
  it('moves the time of change only on change', () => {
    expect(remember(before(), bare(), NOW).changedAt).toEqual(ago(1000))
    expect(remember(before(), bare({ health: 'unhealthy' }), NOW).changedAt).toEqual(NOW)
  })
  it.each<[string, Memory, BareWorkload, number]>([
    ['counts an exit', before({ crashes: 2 }), crash(), 3],
    ['counts an exit once', before({ crashes: 3, phase: 'exited', health: 'unknown', exitedAt: NOW }), crash(), 3],
    ['counts anew after long health', before({ crashes: 7, changedAt: ago(300_000) }), crash(), 1],
    ['forgets after long health', before({ crashes: 7, changedAt: ago(300_000) }), bare(), 0],
    ['does not count an exit of ours', before({ crashes: 2 }), bare({ phase: 'exited', exit: { code: 0, signal: null, at: NOW, byPlatform: true } }), 2],
  ])('%s', (_, memory, seen, crashes) => expect(remember(memory, seen, NOW).crashes).toBe(crashes))
})

describe('notice', () => {
  const told = (memory: Memory, seen: BareWorkload, policy: 'always' | 'on_failure' | 'never' = 'always') => notice(memory, remember(memory, seen, NOW), { policy, limit: 3 })
  it.each<[string, Memory, BareWorkload, string | null]>([
    ['a first crash', before(), crash(), 'crashed'],
    ['not a third crash in a row', before({ crashes: 2 }), crash(), null],
    ['a fourth crash in a row', before({ crashes: 3 }), crash(), 'crashed'],
    ['a crash after long health, whatever came before', before({ crashes: 2, changedAt: ago(300_000) }), crash(), 'crashed'],
    ['nothing twice', before({ crashes: 1, phase: 'exited', health: 'unknown', exitedAt: NOW }), crash(), null],
    ['illness', before(), bare({ health: 'unhealthy' }), 'unhealthy'],
    ['recovery from illness', before({ health: 'unhealthy' }), bare(), 'recovered'],
    ['recovery from a crash that was told', before({ phase: 'starting', health: 'unknown', crashes: 1 }), bare(), 'recovered'],
    ['nothing when it starts the first time', before({ phase: 'starting', health: 'unknown' }), bare(), null],
    ['nothing when all is well', before(), bare(), null],
  ])('tells %s', (_, memory, seen, expected) => expect(told(memory, seen)).toBe(expected))

  const ended = bare({ phase: 'exited', health: 'unknown', exit: { code: 0, signal: null, at: NOW, byPlatform: false } })
  it.each<[string, Memory, BareWorkload, 'on_failure' | 'never', string | null]>([
    ['that it is started again', before(), crash(), 'on_failure', 'crashed'],
    ['that the limit is passed', before({ crashes: 3 }), crash(), 'on_failure', 'gave_up'],
    ['that it has ended well', before(), ended, 'on_failure', 'exited'],
    ['that it is left as it is', before(), crash(), 'never', 'gave_up'],
    ['nothing of an end of ours', before(), bare({ phase: 'exited', exit: { code: 1, signal: null, at: NOW, byPlatform: true } }), 'never', null],
  ])('tells by the restart policy %s', (_, memory, seen, policy, expected) => expect(told(memory, seen, policy)).toBe(expected))

  it('tells nothing of jobs', () => expect(told(before(), { ...crash(), role: 'job' })).toBeNull())
})
