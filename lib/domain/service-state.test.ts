import { describe, expect, it } from 'vitest'

import { SERVICE_STATE, SERVICE_STATES, serviceState, type SeenReplica, type StateInput, type StateVersion } from './service-state'

const replica = (over: Partial<SeenReplica> = {}): SeenReplica => ({ phase: 'running', health: 'healthy', exitCode: null, exitSignal: null, exitByPlatform: false, crashes: 0, ...over })
const version = (over: Partial<StateVersion> = {}): StateVersion => ({ replicas: 1, restart: { policy: 'always', limit: 3 }, isCron: false, ...over })
const input = (over: Partial<StateInput> = {}): StateInput => ({ desired: 'running', latest: { status: 'active' }, active: version(), isSleeping: false, replicas: [replica()], ...over })

const ill = replica({ health: 'unhealthy' })
const starting = replica({ phase: 'starting', health: 'unknown' })
const exit = (code: number | null, crashes = 1, over: Partial<SeenReplica> = {}) => replica({ phase: 'exited', health: 'unknown', exitCode: code, crashes, ...over })
const policy = (name: StateVersion['restart']['policy']) => version({ restart: { policy: name, limit: 3 } })

describe('the state of a service', () => {
  it.each<[string, StateInput, string]>([
    ['is being deleted', input({ desired: 'deleted' }), 'removing'],
    ['was never deployed', input({ latest: null, active: null, replicas: [] }), 'not_deployed'],
    ['had its first deployment cancelled', input({ latest: { status: 'cancelled' }, active: null, replicas: [] }), 'not_deployed'],
    ['waits for a builder', input({ latest: { status: 'queued' } }), 'queued'],
    ['builds over a running version', input({ latest: { status: 'building' } }), 'building'],
    ['releases while it sleeps', input({ latest: { status: 'releasing' }, isSleeping: true }), 'releasing'],
    ['failed and nothing runs', input({ latest: { status: 'failed' }, active: null, replicas: [] }), 'failed'],
    ['failed while a former version serves', input({ latest: { status: 'failed' } }), 'running'],
    ['was stopped', input({ desired: 'stopped' }), 'suspended'],
    ['was stopped while it slept', input({ desired: 'stopped', isSleeping: true }), 'suspended'],
    ['sleeps', input({ isSleeping: true, replicas: [] }), 'sleeping'],
    ['runs by the clock', input({ active: version({ isCron: true }), replicas: [] }), 'scheduled'],
    ['runs by the clock and was stopped', input({ desired: 'stopped', active: version({ isCron: true }), replicas: [] }), 'suspended'],
    ['is well', input(), 'running'],
    ['has not been asked for its health since the platform started', input({ replicas: [replica({ health: 'unknown' })] }), 'running'],
    ['is ill', input({ replicas: [ill] }), 'degraded'],
    ['is started again', input({ replicas: [starting] }), 'degraded'],
    ['has not been seen yet', input({ replicas: [] }), 'degraded'],
    ['was ended by the platform', input({ replicas: [exit(0, 0, { exitByPlatform: true })] }), 'degraded'],
    ['has all its replicas', input({ active: version({ replicas: 3 }), replicas: [replica(), replica(), replica()] }), 'running'],
    ['has more replicas than it should', input({ replicas: [replica(), ill] }), 'running'],
    ['has an ill replica', input({ active: version({ replicas: 3 }), replicas: [replica(), ill, replica()] }), 'degraded'],
    ['has a replica that exited', input({ active: version({ replicas: 2 }), replicas: [replica(), exit(1)] }), 'degraded'],
    ['has ill replicas only', input({ active: version({ replicas: 2 }), replicas: [ill, exit(1)] }), 'degraded'],
    ['lacks a replica', input({ active: version({ replicas: 2 }), replicas: [replica()] }), 'degraded'],
    ['has only replicas that exited', input({ active: version({ replicas: 2 }), replicas: [exit(1), exit(0)] }), 'crashing'],
    ['exits again and again', input({ replicas: [exit(1, 50)] }), 'crashing'],
    ['ends with code 0 but shall always run', input({ replicas: [exit(0)] }), 'crashing'],
    ['ended with code 0 and is not started again', input({ active: policy('on_failure'), replicas: [exit(0)] }), 'exited'],
    ['ended with code 0 and is never started again', input({ active: policy('never'), replicas: [exit(0)] }), 'exited'],
    ['went wrong and is started again', input({ active: policy('on_failure'), replicas: [exit(1, 3)] }), 'crashing'],
    ['went wrong once too often', input({ active: policy('on_failure'), replicas: [exit(1, 4)] }), 'crashed'],
    ['went wrong and is never started again', input({ active: policy('never'), replicas: [exit(null, 1, { exitSignal: 'SIGKILL' })] }), 'crashed'],
    ['has one replica that ended well and one that was given up', input({ active: { ...policy('never'), replicas: 2 }, replicas: [exit(0), exit(2)] }), 'crashed'],
    ['has one replica that was given up and one that is started again', input({ active: { ...policy('on_failure'), replicas: 2 }, replicas: [exit(1, 4), exit(1, 2)] }), 'crashing'],
  ])('that %s: %o → %s', (_, given, state) => expect(serviceState(given)).toBe(state))

  it('has words and an explanation, whatever it is', () => {
    expect(Object.keys(SERVICE_STATE).sort()).toEqual([...SERVICE_STATES].sort())
    for (const { explanation } of Object.values(SERVICE_STATE)) expect(explanation).toMatch(/^[A-Z].+\.$/)
    expect(new Set(Object.values(SERVICE_STATE).map(({ word }) => word)).size).toBe(SERVICE_STATES.length)
  })
})
