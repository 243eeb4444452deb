import { describe, expect, it } from 'vitest'

import type { ServiceNode } from '@/lib/contract/graph'
import type { RunStatus } from '@/lib/domain/run-status'

import { serviceLine, spanWords } from './service-line'

const AT = '2026-01-01T00:00:00.000Z'
type Latest = NonNullable<ServiceNode['latest']>
const deployment = (part: Partial<Latest>): Latest => ({ id: 'dep_1', number: 1, status: 'active', stage: null, waitsFor: [], createdAt: AT, finishedAt: null, failure: null, ...part })
const failed = deployment({ status: 'failed', finishedAt: AT, failure: { reason: 'build_failed', message: 'npm run build exited with code 1.' } })
const seen = (part: Partial<NonNullable<ServiceNode['observed']>>) => ({ replica: 0, phase: 'exited' as const, health: 'unknown' as const, healthMessage: null, pid: null, exitCode: 1, exitSignal: null, exitedAt: AT, restarts: 0, startedAt: null, observedAt: AT, ...part })
const line = (part: Partial<ServiceNode>) => serviceLine({ state: 'running', since: AT, latest: null, observed: null, replicas: { wanted: 1, healthy: 1 }, cron: null, ...part })

describe('serviceLine', () => {
  it('names the stage and ticks while a deployment goes on', () =>
    expect(line({ state: 'building', latest: deployment({ status: 'building', stage: 'install' }) })).toEqual({ text: 'Installing dependencies', tone: 'progress', at: AT, time: 'clock' }))
  it('says that it waits while it is queued', () => expect(line({ state: 'queued', latest: deployment({ status: 'queued' }) }).text).toBe('Waiting for a builder'))
  it.each([
    [['api'], 'Waiting for api'],
    [['api', 'db'], 'Waiting for api and db'],
    [['api', 'db', 'mail'], 'Waiting for api and 2 more'],
  ])('says whom it waits for: %j', (waitsFor, text) => expect(line({ state: 'releasing', latest: deployment({ status: 'releasing', stage: 'start', waitsFor }) }).text).toBe(text))
  it('says since when it runs', () => expect(line({})).toEqual({ text: 'Running', tone: 'neutral', at: AT, time: 'for' }))
  it('keeps saying that the latest deployment failed while the one before runs', () => expect(line({ latest: failed }).text).toBe('Latest deployment failed: Build failed'))
  it('names the failure when nothing runs', () => expect(line({ state: 'failed', latest: failed }).text).toBe('Build failed'))
  it('tells the exit code and the restarts of what crashes', () => expect(line({ state: 'crashing', observed: seen({ restarts: 4 }) }).text).toBe('Exited with code 1, 4 restarts'))
  it('does not invent an exit code', () => expect(line({ state: 'crashing', observed: seen({ exitCode: null }) }).text).toBe('It exits again and again'))
  it('names the signal that ended it', () => expect(line({ state: 'crashing', observed: seen({ exitCode: null, exitSignal: 'SIGKILL' }) }).text).toBe('Ended by SIGKILL'))
  it('says that it was given up, and when', () => expect(line({ state: 'crashed', observed: seen({}) })).toEqual({ text: 'Exited with code 1, given up', tone: 'bad', at: AT, time: 'ago' }))
  it('counts the replicas of what is degraded', () => expect(line({ state: 'degraded', replicas: { wanted: 3, healthy: 2 }, observed: seen({ healthMessage: 'GET / answered 503.' }) }).text).toBe('2 of 3 replicas are healthy'))
  it('says that it starts while nobody has asked it yet', () => {
    expect(line({ state: 'degraded' }).text).toBe('Starting')
    expect(line({ state: 'degraded', observed: seen({ phase: 'starting', exitCode: null }) }).text).toBe('Starting')
    expect(line({ state: 'degraded', observed: seen({ phase: 'running', health: 'unhealthy', exitCode: null }) }).text).toBe('It does not answer its health check')
  })
  it('says since when it sleeps', () => expect(line({ state: 'sleeping' })).toEqual({ text: 'Sleeping', tone: 'neutral', at: AT, time: 'for' }))
  it('repeats what the health check said', () => expect(line({ state: 'degraded', observed: seen({ healthMessage: 'GET / answered 503.' }) }).text).toBe('GET / answered 503.'))
})

describe('serviceLine of what runs by the clock', () => {
  const NEXT = '2026-01-02T00:00:00.000Z'
  const run = (status: RunStatus) => ({ id: 'run_1', status, trigger: 'schedule' as const, dueAt: AT, startedAt: AT, finishedAt: null, exitCode: null })
  const cron = (status: RunStatus | null, isRunning = false) => line({ state: 'scheduled', cron: { schedule: '@daily', timeZone: 'UTC', nextDueAt: NEXT, lastRun: status && run(status), isRunning } })

  it('says when it runs next', () => expect(cron(null)).toEqual({ text: 'Next run', tone: 'neutral', at: NEXT, time: 'ago' }))
  it('has nothing to add to a run that went well', () => expect(cron('done').text).toBe('Next run'))
  it('ticks while it runs', () => expect(cron('running', true)).toEqual({ text: 'Running', tone: 'progress', at: AT, time: 'clock' }))
  it('keeps saying that the last run went wrong', () => expect(cron('timed_out')).toEqual({ text: 'Last run timed out, next', tone: 'bad', at: NEXT, time: 'ago' }))
})

describe('spanWords', () => {
  it.each([[-5, '0 s'], [59_000, '59 s'], [60_000, '1 min'], [7_300_000, '2 h'], [200_000_000, '2 d']])('%i ms is %s', (ms, words) => expect(spanWords(ms)).toBe(words))
})
