import { describe, expect, it } from 'vitest'

import { planService } from './plan-service'
import { after, type PlannedDeployment, type SeenWorkload, type WantedService } from './world'

const NOW = new Date('2030-01-01T12:00:00Z')
const ago = (ms: number) => after(NOW, -ms)

const first: PlannedDeployment = {
  id: 'dep_1', status: 'active', deadlineMs: 60_000, activatedAt: ago(600_000), retiredAt: null, replicas: 1, rollout: 'overlap',
  restart: { policy: 'always', limit: 3 }, unhealthyMs: 180_000, prepare: null, cron: null, sleepAfterMs: null,
}
const second: PlannedDeployment = { ...first, id: 'dep_2', status: 'releasing', activatedAt: null }

function want(over: Partial<WantedService> = {}): WantedService {
  return {
    id: 'svc_1', name: 'api', desired: 'running', targetId: 'dep_1', activeId: 'dep_1', overlapMs: 0, drainMs: 10_000, holdMs: 30_000, heldAt: null, sleepingAt: null, wokenAt: null,
    lastRequestAt: null, deployments: [first, second], runs: [], lastDueAt: null, harm: null, guardUntil: null, ...over,
  }
}
const releasing = (over: Partial<WantedService> = {}) => want({ targetId: 'dep_2', ...over })

function seen(deployment: PlannedDeployment, over: Partial<SeenWorkload> = {}): SeenWorkload {
  const port = deployment.id === 'dep_1' ? 30_001 : 30_002
  return {
    name: `${deployment.id.replace('_', '-')}-${over.part ?? '0'}`,
    serviceId: 'svc_1',
    deploymentId: deployment.id,
    role: 'service',
    part: '0',
    phase: 'running',
    health: 'healthy',
    healthMessage: null,
    exit: null,
    startedAt: ago(600_000),
    port,
    listening: [port],
    open: 0,
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

/** `apply dep_2`, `remove dep_1`: a plan as words. Parts other than the first replica are named. */
function words(service: WantedService, workloads: SeenWorkload[]): string[] {
  const lane = planService(service, workloads, NOW)
  const what = ({ deploymentId, part }: { deploymentId: string; part: string }) => (part === '0' ? deploymentId : `${deploymentId}/${part}`)
  const steps = lane.steps.map((step) => (step.do === 'apply' ? `apply ${what(step)}` : step.do === 'forget' ? 'forget' : `${step.do} ${what(step.workload)}`))
  const verdicts = lane.verdicts.map((verdict) => {
    const about = 'runId' in verdict ? `${verdict.runId} ` : 'deploymentId' in verdict && verdict.kind !== 'run_due' ? `${verdict.deploymentId} ` : ''
    return about + (verdict.kind === 'failed' ? verdict.reason : verdict.kind) + ('status' in verdict ? ` ${verdict.status}` : '')
  })
  const look = lane.look ? [`look in ${lane.look.at.getTime() - NOW.getTime()}`] : []
  return [...verdicts, ...steps, ...look]
}

describe('planService', () => {
  it.each<[string, WantedService, SeenWorkload[], string[]]>([
    ['leaves a settled service alone', want(), [seen(first)], []],
    ['starts the wanted version when there is none', releasing({ activeId: null }), [], ['apply dep_2']],
    ['keeps the former while the new one starts', releasing(), [seen(first), starting(second, 5_000)], ['look in 55000']],
    ['moves over when the new one is healthy', releasing(), [seen(first), seen(second)], ['dep_2 active', 'look in 0']],
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
    ['lets the former drain while anything is open there', moved, [seen(retired, { open: 2 }), seen(second)], ['look in 500']],
    ['lets the former drain when it is not known what is open', moved, [seen(retired, { open: null }), seen(second)], ['look in 500']],
    ['removes the former as soon as nothing is open', moved, [seen(retired), seen(second)], ['remove dep_1']],
    ['keeps the former for the overlap in any case', { ...moved, overlapMs: 7_000 }, [seen(retired), seen(second)], ['look in 3000']],
    ['removes the former when its time is over, whatever is open', drained, [seen(retired, { open: 2 }), seen(second)], ['remove dep_1']],
    ['keeps the former while the new one is ill', drained, [seen(retired), exited(second, 500, 1)], ['look in 500']],
  ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))

  const on = (over: Partial<PlannedDeployment>, service: Partial<WantedService> = {}) => want({ deployments: [{ ...first, ...over }, second], ...service })
  const to = (over: Partial<PlannedDeployment>, service: Partial<WantedService> = {}) => releasing({ deployments: [first, { ...second, ...over }], ...service })
  const job = (deployment: PlannedDeployment, part: string, over: Partial<SeenWorkload> = {}) => seen(deployment, { role: 'job', part, health: 'unknown', port: null, listening: [], startedAt: ago(1_000), ...over })
  const done = (code: number | null, byPlatform = false) => ({ phase: 'exited' as const, exit: { code, signal: null, at: NOW, byPlatform } })

  describe('by its restart policy', () => {
    it.each<[string, WantedService, SeenWorkload[], string[]]>([
      ['never: an exit stays', on({ restart: { policy: 'never', limit: 3 } }), [exited(first, 60_000, 1)], []],
      ['never: illness stays', on({ restart: { policy: 'never', limit: 3 } }), [seen(first, { health: 'unhealthy', changedAt: ago(900_000) })], []],
      ['never: an end of ours does not stay', on({ restart: { policy: 'never', limit: 3 } }), [seen(first, done(0, true))], ['apply dep_1']],
      ['on failure: code 0 stays', on({ restart: { policy: 'on_failure', limit: 3 } }), [seen(first, { ...done(0), crashes: 1 })], []],
      ['on failure: up to the limit', on({ restart: { policy: 'on_failure', limit: 3 } }), [exited(first, 60_000, 3)], ['apply dep_1']],
      ['on failure: not beyond the limit', on({ restart: { policy: 'on_failure', limit: 3 } }), [exited(first, 60_000, 4)], []],
      ['never: a first exit while starting is the end', to({ restart: { policy: 'never', limit: 3 } }), [seen(first), exited(second, 10, 1)], ['dep_2 crashed', 'remove dep_2']],
    ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))
  })

  describe('with replicas', () => {
    const three = to({ replicas: 3 })
    it.each<[string, WantedService, SeenWorkload[], string[]]>([
      ['starts all of them', three, [seen(first)], ['apply dep_2', 'apply dep_2/1', 'apply dep_2/2']],
      ['waits for the last', three, [seen(first), seen(second), seen(second, { part: '1' }), starting(second, 5_000, { part: '2', name: 'dep-2-2' })], ['look in 55000']],
      ['moves when all are healthy', three, [seen(first), seen(second), seen(second, { part: '1' }), seen(second, { part: '2' })], ['dep_2 active', 'look in 0']],
      ['gives all of them up when one never comes', three, [seen(first), seen(second), starting(second, 60_000, { part: '1', name: 'dep-2-1' })], ['dep_2 health_deadline', 'remove dep_2', 'remove dep_2/1']],
      ['restarts the one that exited', on({ replicas: 2 }), [seen(first), exited(first, 60_000, 1, { part: '1', name: 'dep-1-1' })], ['apply dep_1/1']],
    ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))
  })

  describe('with a pre-deploy command', () => {
    const prepared = to({ prepare: { timeoutMs: 30_000, isDone: false } })
    it.each<[string, WantedService, SeenWorkload[], string[]]>([
      ['runs it before anything else', prepared, [seen(first)], ['apply dep_2/prepare']],
      ['waits for it', prepared, [seen(first), job(second, 'prepare')], ['look in 29000']],
      ['notes that it ended well', prepared, [seen(first), job(second, 'prepare', done(0))], ['dep_2 prepared']],
      ['starts the version then, and removes the job', to({ prepare: { timeoutMs: 30_000, isDone: true } }), [seen(first), job(second, 'prepare', done(0))], ['apply dep_2', 'remove dep_2/prepare']],
      ['stops the deploy when it fails', prepared, [seen(first), job(second, 'prepare', done(3))], ['dep_2 pre_deploy_failed', 'remove dep_2/prepare']],
      ['stops the deploy when its end is not known', prepared, [seen(first), job(second, 'prepare', done(null))], ['dep_2 pre_deploy_failed', 'remove dep_2/prepare']],
      ['ends it when it takes too long', prepared, [seen(first), job(second, 'prepare', { startedAt: ago(30_000) })], ['dep_2 pre_deploy_failed', 'remove dep_2/prepare']],
    ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))
  })

  describe('that replaces', () => {
    const replacing = (over: Partial<WantedService> = {}) => to({ rollout: 'replace' }, over)
    const held = { heldAt: ago(1_000) }
    it.each<[string, WantedService, SeenWorkload[], string[]]>([
      ['holds requests first', replacing(), [seen(first)], ['hold']],
      ['lets what is open end', replacing(held), [seen(first, { open: 1 })], ['look in 250']],
      ['stops the former when nothing is open', replacing(held), [seen(first)], ['stop dep_1']],
      ['stops the former when its time is over', replacing({ heldAt: ago(10_000) }), [seen(first, { open: 1 })], ['stop dep_1']],
      ['leaves half of the time that requests may wait to the start', replacing({ heldAt: ago(6_000), holdMs: 12_000 }), [seen(first, { open: 1 })], ['stop dep_1']],
      ['starts when nothing of the former lives', replacing(held), [seen(first, done(0, true))], ['apply dep_2']],
      ['moves when it is healthy', replacing(held), [seen(first, done(0, true)), seen(second)], ['dep_2 active']],
      ['gives the place back when it fails', replacing(held), [seen(first, done(0, true)), exited(second, 10, 3)], ['dep_2 crashed', 'remove dep_2', 'apply dep_1', 'look in 250']],
      ['lets requests go on when the former is back', want({ ...held, deployments: [first] }), [seen(first)], ['release_hold']],
    ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))
  })

  describe('that may sleep', () => {
    const quiet = (over: Partial<WantedService> = {}) => on({ sleepAfterMs: 60_000 }, over)
    it.each<[string, WantedService, SeenWorkload[], string[]]>([
      ['stays awake while it is asked for', quiet({ lastRequestAt: ago(20_000) }), [seen(first)], ['look in 40000']],
      ['stays awake for a while after it was woken', quiet({ wokenAt: ago(50_000) }), [seen(first)], ['look in 10000']],
      ['falls asleep', quiet({ lastRequestAt: ago(60_000) }), [seen(first)], ['sleep']],
      ['stays awake while something is open', quiet({ lastRequestAt: ago(90_000) }), [seen(first, { open: 1 })], ['look in 30000']],
      ['ends its process when it sleeps', quiet({ sleepingAt: ago(100) }), [seen(first)], ['stop dep_1']],
      ['does not end what is asked something', quiet({ sleepingAt: ago(100) }), [seen(first, { open: 1 })], ['look in 1000']],
      ['is not started while it sleeps', quiet({ sleepingAt: ago(100) }), [seen(first, done(0, true))], []],
      ['is started when it is woken', quiet({ wokenAt: NOW }), [seen(first, done(0, true))], ['apply dep_1']],
    ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))
  })

  describe('that runs by the clock', () => {
    type Overlap = NonNullable<PlannedDeployment['cron']>['overlap']
    const cron = (overlap: Overlap, over: Partial<WantedService> = {}) => on({ activatedAt: ago(90_000), cron: { schedule: '*/5 * * * *', timeZone: 'UTC', overlap, timeoutMs: 120_000 } }, over)
    const run = (over: Partial<WantedService['runs'][number]> = {}) => ({ id: 'run_1', deploymentId: 'dep_1', status: 'running' as const, startedAt: ago(1_000), end: null, ...over })
    const last = { lastDueAt: NOW }
    it.each<[string, WantedService, SeenWorkload[], string[]]>([
      ['is active at once', to({ cron: cron('skip').deployments[0]!.cron }), [seen(first)], ['dep_2 active', 'look in 0']],
      ['notes that it is due', cron('skip'), [], ['run_due queued', 'look in 300000']],
      ['notes nothing twice', cron('skip', last), [], ['look in 300000']],
      ['begins what is due', cron('skip', { ...last, runs: [run({ status: 'queued', startedAt: null })] }), [], ['run_1 run_begun', 'look in 300000']],
      ['starts what has begun', cron('skip', { ...last, runs: [run()] }), [], ['apply dep_1/run_1', 'look in 300000']],
      ['waits for its end', cron('skip', { ...last, runs: [run()] }), [job(first, 'run_1')], ['look in 119000']],
      ['notes its end', cron('skip', { ...last, runs: [run()] }), [job(first, 'run_1', done(0))], ['run_1 run_ended done', 'look in 300000']],
      ['notes its failure', cron('skip', { ...last, runs: [run()] }), [job(first, 'run_1', done(2))], ['run_1 run_ended failed', 'look in 300000']],
      ['ends what takes too long', cron('skip', { ...last, runs: [run({ startedAt: ago(120_000) })] }), [job(first, 'run_1')], ['run_1 run_end_asked', 'look in 300000']],
      ['stops what was asked to end', cron('skip', { ...last, runs: [run({ end: 'timed_out' })] }), [job(first, 'run_1')], ['stop dep_1/run_1', 'look in 300000']],
      ['says that it took too long', cron('skip', { ...last, runs: [run({ end: 'timed_out' })] }), [job(first, 'run_1', done(null, true))], ['run_1 run_ended timed_out', 'look in 300000']],
      ['removes the job when the run is over', cron('skip', last), [job(first, 'run_1', done(0))], ['remove dep_1/run_1', 'look in 300000']],
      ['skips while one is at work', cron('skip', { runs: [run()] }), [job(first, 'run_1')], ['run_due skipped', 'look in 119000']],
      ['lets the next one wait', cron('wait', { runs: [run()] }), [job(first, 'run_1')], ['run_due queued', 'look in 119000']],
      ['does not let two wait', cron('wait', { runs: [run(), run({ id: 'run_2', status: 'queued', startedAt: null })] }), [job(first, 'run_1')], ['run_due skipped', 'look in 119000']],
      ['asks the former to end', cron('replace', { ...last, runs: [run(), run({ id: 'run_2', status: 'queued', startedAt: null })] }), [job(first, 'run_1')], ['run_1 run_end_asked', 'look in 119000']],
      ['lets the newest of those that wait take the place', cron('replace', { ...last, runs: [run({ end: 'cancelled' }), run({ id: 'run_2', status: 'queued', startedAt: null }), run({ id: 'run_3', status: 'queued', startedAt: null })] }), [job(first, 'run_1')], ['run_2 run_ended cancelled', 'stop dep_1/run_1', 'look in 300000']],
      ['does not let ever more run side by side', cron('parallel', { runs: Array.from({ length: 20 }, (_, n) => run({ id: `run_${n}`, end: 'cancelled' })) }), Array.from({ length: 20 }, (_, n) => job(first, `run_${n}`)), ['run_due skipped', ...Array.from({ length: 20 }, (_, n) => `stop dep_1/run_${n}`), 'look in 300000']],
      ['begins a second one beside the first', cron('parallel', { ...last, runs: [run(), run({ id: 'run_2', status: 'queued', startedAt: null })] }), [job(first, 'run_1')], ['run_2 run_begun', 'look in 119000']],
      ['ends its runs when it is stopped', cron('skip', { desired: 'stopped', runs: [run()] }), [job(first, 'run_1')], ['run_1 run_ended cancelled', 'remove dep_1/run_1']],
    ])('%s', (_, service, workloads, expected) => expect(words(service, workloads)).toEqual(expected))

    it('notes a time that passed unseen long ago as missed', () => {
      const lane = planService(cron('skip', { lastDueAt: ago(3_600_000), deployments: [{ ...cron('skip').deployments[0]!, activatedAt: ago(7_200_000), cron: { schedule: '45 * * * *', timeZone: 'UTC', overlap: 'skip', timeoutMs: 1_000 } }] }), [], NOW)
      expect(lane.verdicts).toMatchObject([{ kind: 'run_due', status: 'missed', dueAt: new Date('2030-01-01T11:45:00Z') }])
    })
  })

  it('says in the message what was found', () => {
    const verdict = (workloads: SeenWorkload[]) => planService(releasing(), workloads, NOW).verdicts[0]
    expect(verdict([starting(second, 60_000, { listening: [8080] })])).toMatchObject({ message: 'It listens on port 8080, but was given port 30002 in the variable PORT.' })
    expect(verdict([starting(second, 60_000)])).toMatchObject({ message: 'It did not become healthy within 60 seconds. GET / was refused.' })
    expect(verdict([exited(second, 10, 3)])).toMatchObject({ message: 'It exited 3 times while starting, the last time with code 1.' })
    const because = (exit: object) => verdict([exited(second, 10, 3)].map((each) => ({ ...each, exit: { ...each.exit!, ...exit } })))
    expect(because({ why: 'It used too much.' })).toMatchObject({ message: 'It exited 3 times while starting, the last time with code 1. It used too much.' })
    expect(because({ code: null, why: 'The engine refused.' })).toMatchObject({ message: 'It could not be started, tried 3 times. The engine refused.' })
  })
})
