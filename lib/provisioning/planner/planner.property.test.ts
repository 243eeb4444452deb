import fc from 'fast-check'
import { expect, test } from 'vitest'

import { PLAIN, Simulation, isEmpty, type Behaviour } from '../../../test/harness/planner-simulation'
import type { Plan, World } from './world'

// Random histories of releases, requests, crashes, stops and cancellations, with a reconciler's look between any two of
// them. A failing run prints its seed; EASEL_SEED repeats it, EASEL_CASES asks for more cases.

const CASES = Number(process.env.EASEL_CASES ?? 1_500)
const seed = Number(process.env.EASEL_SEED ?? Math.floor(Math.random() * 2 ** 31))
const options = { numRuns: CASES, seed }
process.stdout.write(`planner properties: ${CASES} cases each, seed ${seed}\n`)

/** Something in `some` of `some + none` cases. */
const option = <T>(arbitrary: fc.Arbitrary<T>, [some, none]: [number, number]) => fc.oneof({ weight: some, arbitrary }, { weight: none, arbitrary: fc.constant(null) })
const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  healthyAfterMs: option(fc.integer({ min: 0, max: 90_000 }), [4, 1]),
  exitsAfterMs: option(fc.integer({ min: 0, max: 400_000 }), [1, 2]),
  exitCode: fc.constantFrom(0, 1, 127, 137),
  badStarts: fc.integer({ min: 0, max: 8 }),
  listens: fc.constantFrom('given' as const, 'elsewhere' as const),
  replicas: fc.constantFrom(1, 1, 2, 3),
  rollout: fc.constantFrom('overlap' as const, 'overlap' as const, 'replace' as const),
  policy: fc.constantFrom('always' as const, 'always' as const, 'on_failure' as const, 'never' as const),
  sleepAfterMs: option(fc.integer({ min: 5_000, max: 120_000 }), [1, 2]),
  prepare: option(fc.record({ takesMs: fc.integer({ min: 0, max: 40_000 }), exitCode: fc.constantFrom(0, 0, 0, 1) }), [1, 3]),
  cron: option(fc.record({ overlap: fc.constantFrom('skip' as const, 'wait' as const, 'replace' as const, 'parallel' as const), runMs: fc.integer({ min: 0, max: 700_000 }), exitCode: fc.constantFrom(0, 1) }), [1, 5]),
})

type Action = { kind: 'release'; behaviour: Behaviour } | { kind: 'cancel' | 'stop' | 'start' | 'delete' | 'kill' } | { kind: 'wait' | 'request'; ms: number }
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: behaviour.map((b) => ({ kind: 'release' as const, behaviour: b })) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 120_000 }).map((ms) => ({ kind: 'wait' as const, ms })) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 40_000 }).map((ms) => ({ kind: 'request' as const, ms })) },
  { weight: 2, arbitrary: fc.constantFrom<Action>({ kind: 'cancel' }, { kind: 'stop' }, { kind: 'start' }, { kind: 'kill' }) },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: 'delete' }) },
)
const history = fc.array(action, { minLength: 1, maxLength: 25 })

function act(simulation: Simulation, a: Action): void {
  if (a.kind === 'release') simulation.release(a.behaviour)
  else if (a.kind === 'wait') simulation.advance(a.ms)
  else if (a.kind === 'request') simulation.request(a.ms)
  else if (a.kind === 'cancel') simulation.cancel()
  else if (a.kind === 'kill') simulation.kill()
  else simulation.want(a.kind === 'stop' ? 'stopped' : a.kind === 'start' ? 'running' : 'deleted')
}

/** What must hold after every look. */
function checkRound({ plan, world }: { plan: Plan; world: World }, simulation: Simulation): void {
  const { deployments, runs } = simulation.service
  expect(deployments.filter((deployment) => deployment.status === 'active').length).toBeLessThanOrEqual(1)
  for (const { part, status } of simulation.applied.splice(0)) if (/^\d+$/.test(part)) expect(['releasing', 'active']).toContain(status)
  expect(new Set(simulation.jobStarts).size, 'a job was started twice').toBe(simulation.jobStarts.length)
  expect(new Set(runs.map((run) => run.dueAt.getTime())).size, 'a due time ran twice').toBe(runs.length)
  checkWriters(simulation)
  for (const want of world.services) if (want.desired === 'running') checkServing(plan, world, want)
}

/** Two versions of which one may not run beside another never live at once. */
function checkWriters({ workloads, service }: Simulation): void {
  const living = new Set(workloads.filter((workload) => workload.exit === null && /^\d+$/.test(workload.part)).map((workload) => workload.deploymentId))
  const isExclusive = service.deployments.some((deployment) => living.has(deployment.id) && deployment.rollout === 'replace')
  // A version that may overlap and drains is ended before; the exclusive one is what must be alone.
  if (isExclusive) expect([...living]).toHaveLength(1)
}

/** No plan ends the only healthy version, but to replace it behind a hold or to let it sleep while nothing is open. */
function checkServing(plan: Plan, world: World, want: World['services'][number]): void {
  const statusOf = (id: string) => want.deployments.find((deployment) => deployment.id === id)?.status ?? ''
  const serving = world.seen.filter((workload) => workload.role === 'service' && ['active', 'retired'].includes(statusOf(workload.deploymentId)))
  const healthy = serving.filter((workload) => workload.phase === 'running' && workload.health === 'healthy')
  const ended = plan.lanes.flatMap((lane) => lane.steps).flatMap((step) => ('workload' in step ? [step.workload] : []))
  if (healthy.length === 0 || healthy.some((workload) => !ended.includes(workload))) return
  // A former version that still drains ends with its own grace, whether the present one sleeps or not.
  if (want.sleepingAt !== null) return healthy.filter(({ deploymentId }) => deploymentId === want.activeId).forEach((workload) => expect(workload.open).toBe(0))
  const cron = want.deployments.find((deployment) => deployment.id === want.activeId)?.cron
  expect(want.heldAt !== null || (cron ?? null) !== null, 'the only healthy version was ended').toBe(true)
}

/** Rounds until nothing is to be done and nothing is awaited but the clock of a schedule. Time moves to where the plan says it should look again. */
function settle(simulation: Simulation, limit: number): number {
  // Runs as long as the schedule would never leave a quiet moment.
  for (const { cron } of simulation.behaviours.values()) if (cron) cron.runMs = Math.min(cron.runMs, 60_000)
  for (let rounds = 1; rounds <= limit; rounds++) {
    const look = simulation.round()
    checkRound(look, simulation)
    const moving = simulation.workloads.some((workload) => workload.exit === null && workload.starts <= (simulation.behaviours.get(workload.deploymentId)?.badStarts ?? 0))
    const isWaiting = look.plan.look !== null && !isScheduled(simulation, look.plan)
    if (isEmpty(look.plan) && !isWaiting && !moving) return rounds
    // What was done is looked at again at once.
    if (!isEmpty(look.plan)) {
      simulation.advance(50)
      continue
    }
    const lookMs = look.plan.look ? look.plan.look.at.getTime() - simulation.now.getTime() : 200
    // Apps move by themselves too, so no jump is longer than ten seconds.
    simulation.advance(Math.max(100, Math.min(lookMs, 10_000)))
    if (moving && rounds > limit / 2) for (const b of simulation.behaviours.values()) b.badStarts = 0
  }
  return Infinity
}

/** A cron service is settled when it only waits for its next run: when the former version is gone, whichever comes sooner. */
function isScheduled({ service, workloads }: Simulation, plan: Plan): boolean {
  const active = service.deployments.find((deployment) => deployment.id === service.want.activeId)
  if (workloads.some((workload) => workload.exit === null && workload.deploymentId !== active?.id)) return false
  return (active?.cron ?? null) !== null && service.want.targetId === service.want.activeId && service.runs.every((run) => run.status !== 'running' && run.status !== 'queued') && plan.look!.why.endsWith('is due')
}

test('any history settles in a bounded number of rounds, and no invariant breaks on the way', () => {
  fc.assert(
    fc.property(history, (actions) => {
      const simulation = new Simulation()
      for (const a of actions) {
        act(simulation, a)
        checkRound(simulation.round(), simulation)
      }
      expect(settle(simulation, 1500)).toBeLessThan(1500)
      const active = simulation.service.deployments.find((deployment) => deployment.id === simulation.service.want.activeId)
      if ((active?.cron ?? null) !== null) return
      // A settled world yields an empty plan, however often one looks.
      for (let i = 0; i < 3; i++) {
        simulation.advance(30_000)
        expect(isEmpty(simulation.round().plan)).toBe(true)
      }
    }),
    options,
  )
}, 300_000)

test('a settled world runs exactly what is wanted', () => {
  fc.assert(
    fc.property(history, (actions) => {
      const simulation = new Simulation()
      for (const a of actions) {
        act(simulation, a)
        simulation.round()
      }
      settle(simulation, 1500)
      const { want, deployments, forgotten } = simulation.service
      // A deleted service takes its deployments with it.
      if (want.desired !== 'deleted') expect(deployments.filter((deployment) => deployment.status === 'releasing')).toEqual([])
      const active = deployments.find((deployment) => deployment.id === want.activeId)
      const running = simulation.workloads.filter((workload) => workload.exit === null)
      const isIdle = want.desired !== 'running' || !active || active.cron !== null || want.sleepingAt !== null
      for (const workload of running) expect(workload.deploymentId).toBe(active?.id)
      if (isIdle) expect(running).toEqual([])
      else if (active.restart.policy === 'always') expect(running).toHaveLength(active.replicas)
      if (want.desired !== 'deleted') expect(want.heldAt).toBeNull()
      if (want.desired === 'deleted') expect(forgotten).toBe(true)
    }),
    options,
  )
}, 300_000)

test('whatever a new version does, the version that served serves on', () => {
  fc.assert(
    fc.property(behaviour, fc.array(fc.integer({ min: 50, max: 20_000 }), { minLength: 20, maxLength: 40 }), (broken, waits) => {
      const simulation = new Simulation()
      simulation.release(PLAIN)
      settle(simulation, 50)
      simulation.release({ ...broken, rollout: 'overlap' })
      for (const ms of waits) {
        const { world } = simulation.round()
        const healthy = world.seen.some((workload) => workload.health === 'healthy' && ['dep_1', simulation.service.want.activeId].includes(workload.deploymentId))
        // Once the new one has been healthy it is the one that serves, and may do as it likes.
        if (simulation.service.want.activeId === 'dep_1') expect(healthy).toBe(true)
        simulation.advance(ms)
      }
    }),
    options,
  )
}, 300_000)

test('a version that replaces another and fails gives its place back', () => {
  fc.assert(
    fc.property(behaviour, fc.integer({ min: 0, max: 30_000 }), (broken, openMs) => {
      const simulation = new Simulation()
      simulation.release({ ...PLAIN, rollout: 'replace' })
      settle(simulation, 50)
      simulation.request(openMs)
      simulation.release({ ...broken, rollout: 'replace', replicas: 1, cron: null, healthyAfterMs: null, badStarts: 1_000 })
      expect(settle(simulation, 1500)).toBeLessThan(1500)
      expect(simulation.service.want).toMatchObject({ activeId: 'dep_1', targetId: 'dep_1', heldAt: null })
      expect(simulation.workloads.map(({ deploymentId, exit }) => [deploymentId, exit])).toEqual([['dep_1', null]])
    }),
    { numRuns: Math.ceil(CASES / 5), seed },
  )
}, 300_000)
