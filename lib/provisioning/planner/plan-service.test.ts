import { describe, expect, it } from 'vitest'

import { planService } from './plan-service'
import { after, type PlannedDeployment, type SeenWorkload, type WantedService } from './world'

const NOW = new Date('2030-01-01T12:00:00Z')
const ago = (ms: number) => after(NOW, -ms)

const first: PlannedDeployment = { id: 'dep_1', status: 'active', port: 30_001, deadlineMs: 60_000, retiredAt: null }
const second: PlannedDeployment = { id: 'dep_2', status: 'releasing', port: 30_002, deadlineMs: 60_000, retiredAt: null }

function want(over: Partial<WantedService> = {}): WantedService {
  return { id: 'svc_1', name: 'api', desired: 'running', targetId: 'dep_1', activeId: 'dep_1', drainMs: 10_000, deployments: [first, second], ...over }
}
const releasing = (over: Partial<WantedService> = {}) => want({ targetId: 'dep_2', ...over })

function seen(deployment: PlannedDeployment, over: Partial<SeenWorkload> = {}): SeenWorkload {
  return {
    name: deployment.id.replace('_', '-'),
    serviceId: 'svc_1',
    deploymentId: deployment.id,
    phase: 'running',
    health: 'healthy',
    healthMessage: null,
    exit: null,
    startedAt: ago(600_000),
    listening: [deployment.port!],
    firstSeenAt: ago(600_000),
    changedAt: ago(600_000),
    crashes: 0,
    ...over,
  }
}
const starting = (d: PlannedDeployment, ageMs: number, over: Partial<SeenWorkload> = {}) =>
  seen(d, { phase: 'starting', health: 'unknown', healthMessage: 'GET / was refused.', startedAt: ago(ageMs), firstSeenAt: ago(ageMs), changedAt: ago(ageMs), ...over })
const exited = (d: PlannedDeployment, agoMs: number, crashes: number, over: Partial<SeenWorkload> = {}) =>
  seen(d, { phase: 'exited', health: 'unknown', exit: { code: 1, signal: null, at: ago(agoMs), byPlatform: false }, firstSeenAt: ago(20_000), changedAt: ago(agoMs), crashes, ...over })

/** `apply dep_2`, `remove dep_1`: a plan as words. */
function words(service: WantedService, workloads: SeenWorkload[]): string[] {
  const lane = planService(service, workloads, NOW)
  const steps = lane.steps.map((step) => (step.do === 'apply' ? `apply ${step.deploymentId}` : step.do === 'forget' ? 'forget' : `${step.do} ${step.workload.deploymentId}`))
  const verdicts = lane.verdicts.map((verdict) => `${verdict.deploymentId} ${verdict.kind === 'failed' ? verdict.reason : verdict.kind}`)
  const look = lane.look ? [`look in ${lane.look.at.getTime() - NOW.getTime()}`] : []
  return [...verdicts, ...steps, ...look]
}

describe('planService', () => {
  it.each<[string, WantedService, SeenWorkload[], string[]]>([
    ['leaves a settled service alone', want(), [seen(first)], []],
    ['starts the wanted version when there is none', releasing({ activeId: null }), [], ['apply dep_2']],
    ['keeps the former while the new one starts', releasing(), [seen(first), starting(second, 5_000)], ['look in 55000']],
    ['moves over when the new one is healthy', releasing(), [seen(first), seen(second)], ['dep_2 active', 'look in 10000']],
    ['gives up at the deadline and keeps the former', releasing(), [seen(first), starting(second, 60_000)], ['dep_2 health_deadline', 'remove dep_2']],
    ['names the port it listens on instead', releasing(), [seen(first), starting(second, 60_000, { listening: [8080] })], ['dep_2 wrong_port', 'remove dep_2']],
    ['waits a little longer for a first check', releasing(), [seen(first), starting(second, 61_000, { healthMessage: null })], ['look in 14000']],
    ['starts it again after a first exit', releasing(), [seen(first), exited(second, 1_000, 1)], ['apply dep_2']],
    ['waits before it starts it again', releasing(), [seen(first), exited(second, 500, 2)], ['look in 1500']],
    ['gives up at the third exit', releasing(), [seen(first), exited(second, 10, 3)], ['dep_2 crashed', 'remove dep_2']],
    ['gives up at once when a program is not found', releasing(), [seen(first), exited(second, 10, 1, { exit: { code: 127, signal: null, at: NOW, byPlatform: false } })], ['dep_2 command_not_found', 'remove dep_2']],
    ['does not count an exit of ours', releasing(), [seen(first), exited(second, 10, 0, { exit: { code: 0, signal: null, at: NOW, byPlatform: true } })], ['apply dep_2']],
    ['restarts what has served, after a wait', want(), [exited(first, 3_000, 3)], ['look in 1000']],
    ['restarts what has served, for ever', want(), [exited(first, 60_000, 50)], ['apply dep_1']],
    ['waits a minute at most', want(), [exited(first, 0, 50)], ['look in 60000']],
    ['keeps restarting the former while a new one starts', releasing(), [exited(first, 60_000, 50), starting(second, 1_000)], ['apply dep_1', 'look in 59000']],
    ['is patient with a short illness', want(), [seen(first, { health: 'unhealthy', changedAt: ago(60_000) })], ['look in 120000']],
    ['starts a long unhealthy one afresh', want(), [seen(first, { health: 'unhealthy', changedAt: ago(180_000) })], ['stop dep_1', 'look in 0']],
    ['hands back a target that was cancelled and removes it', releasing({ deployments: [first, { ...second, status: 'cancelled' }] }), [seen(first), starting(second, 1_000)], ['dep_2 hand_back', 'remove dep_2']],
    ['removes everything when stopped', want({ desired: 'stopped' }), [seen(first)], ['remove dep_1']],
    ['cancels a release when stopped', releasing({ desired: 'stopped' }), [seen(first), starting(second, 5)], ['dep_2 cancelled', 'remove dep_1', 'remove dep_2']],
    ['removes everything when deleted, then forgets', want({ desired: 'deleted' }), [seen(first)], ['remove dep_1']],
    ['forgets when nothing is left', want({ desired: 'deleted' }), [], ['forget']],
  ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))

  const retired: PlannedDeployment = { ...first, status: 'retired', retiredAt: ago(4_000) }
  const moved = want({ targetId: 'dep_2', activeId: 'dep_2', deployments: [retired, { ...second, status: 'active' }] })
  const drained = { ...moved, deployments: [{ ...retired, retiredAt: ago(10_000) }, moved.deployments[1]!] }

  it.each<[string, WantedService, SeenWorkload[], string[]]>([
    ['lets the former drain', moved, [seen(retired), seen(second)], ['look in 6000']],
    ['removes the former when it has drained', drained, [seen(retired), seen(second)], ['remove dep_1']],
    ['keeps the former while the new one is ill', drained, [seen(retired), exited(second, 500, 1)], ['look in 500']],
  ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))

  it('says in the message what was found', () => {
    const verdict = (workloads: SeenWorkload[]) => planService(releasing(), workloads, NOW).verdicts[0]
    expect(verdict([starting(second, 60_000, { listening: [8080] })])).toMatchObject({ message: 'It listens on port 8080, but was given port 30002 in the variable PORT.' })
    expect(verdict([starting(second, 60_000)])).toMatchObject({ message: 'It did not become healthy within 60 seconds. GET / was refused.' })
    expect(verdict([exited(second, 10, 3)])).toMatchObject({ message: 'It exited 3 times while starting, the last time with code 1.' })
  })
})
