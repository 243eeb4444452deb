import fc from 'fast-check'
import { expect, test } from 'vitest'

import { Simulation, isEmpty, type Behaviour } from '../../../test/harness/planner-simulation'
import type { Plan, World } from './world'

// Random histories of releases, crashes, stops and cancellations, with a reconciler's look between any two of them.

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  healthyAfterMs: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: null }),
  exitsAfterMs: fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: null }),
  exitCode: fc.constantFrom(0, 1, 127, 137),
  badStarts: fc.integer({ min: 0, max: 8 }),
  listens: fc.constantFrom('given' as const, 'elsewhere' as const),
})

type Action = { kind: 'release'; behaviour: Behaviour } | { kind: 'cancel' | 'stop' | 'start' | 'delete' | 'kill' } | { kind: 'wait'; ms: number }
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: behaviour.map((b) => ({ kind: 'release' as const, behaviour: b })) },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 120_000 }).map((ms) => ({ kind: 'wait' as const, ms })) },
  { weight: 2, arbitrary: fc.constantFrom<Action>({ kind: 'cancel' }, { kind: 'stop' }, { kind: 'start' }, { kind: 'kill' }) },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: 'delete' }) },
)

function act(simulation: Simulation, a: Action): void {
  if (a.kind === 'release') simulation.release(a.behaviour)
  else if (a.kind === 'wait') simulation.advance(a.ms)
  else if (a.kind === 'cancel') simulation.cancel()
  else if (a.kind === 'kill') simulation.kill()
  else simulation.want(a.kind === 'stop' ? 'stopped' : a.kind === 'start' ? 'running' : 'deleted')
}

function checkRound({ plan, world }: { plan: Plan; world: World }, simulation: Simulation): void {
  expect(simulation.service.deployments.filter((deployment) => deployment.status === 'active').length).toBeLessThanOrEqual(1)
  for (const { status } of simulation.applied.splice(0)) expect(['releasing', 'active']).toContain(status)
  for (const want of world.services) {
    if (want.desired !== 'running') continue
    // The versions that hold the routes or held them a moment ago.
    const serving = world.seen.filter((workload) => ['active', 'retired'].includes(want.deployments.find((d) => d.id === workload.deploymentId)?.status ?? ''))
    const healthy = serving.filter((workload) => workload.phase === 'running' && workload.health === 'healthy')
    const removed = plan.lanes.flatMap((lane) => lane.steps).flatMap((step) => (step.do === 'remove' ? [step.workload.name] : []))
    if (healthy.length > 0) expect(healthy.some((workload) => !removed.includes(workload.name))).toBe(true)
  }
}

/** Rounds until nothing is to be done and nothing is awaited. Time moves to where the plan says it should look again. */
function settle(simulation: Simulation, limit: number): number {
  for (let rounds = 1; rounds <= limit; rounds++) {
    const look = simulation.round()
    checkRound(look, simulation)
    const moving = simulation.workloads.some((workload) => workload.exit === null && workload.starts <= (simulation.behaviours.get(workload.deploymentId)?.badStarts ?? 0))
    if (isEmpty(look.plan) && look.plan.look === null && !moving) return rounds
    const lookMs = look.plan.look ? look.plan.look.at.getTime() - simulation.now.getTime() : 200
    // Apps move by themselves too, so no jump is longer than ten seconds.
    simulation.advance(Math.max(100, Math.min(lookMs, 10_000)))
    if (moving && rounds > limit / 2) for (const b of simulation.behaviours.values()) b.badStarts = 0
  }
  return Infinity
}

test('any history settles in a bounded number of rounds, never removes the only healthy version, and never starts a failed one', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 25 }), (history) => {
      const simulation = new Simulation()
      for (const a of history) {
        act(simulation, a)
        checkRound(simulation.round(), simulation)
      }
      expect(settle(simulation, 600)).toBeLessThan(600)
      // A settled world yields an empty plan, however often one looks.
      for (let i = 0; i < 3; i++) {
        simulation.advance(30_000)
        expect(isEmpty(simulation.round().plan)).toBe(true)
      }
    }),
    { numRuns: 400 },
  )
})

test('a settled world runs exactly what is wanted', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 25 }), (history) => {
      const simulation = new Simulation()
      for (const a of history) {
        act(simulation, a)
        simulation.round()
      }
      settle(simulation, 600)
      const { want, deployments } = simulation.service
      // A deleted service takes its deployments with it.
      if (want.desired !== 'deleted') expect(deployments.filter((deployment) => deployment.status === 'releasing')).toEqual([])
      const running = simulation.workloads.filter((workload) => workload.exit === null).map((workload) => workload.deploymentId)
      expect(running).toEqual(want.desired === 'running' && want.activeId !== null ? [want.activeId] : [])
      if (want.desired === 'deleted') expect(simulation.service.forgotten).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test('whatever a new version does, the version that served serves on', () => {
  fc.assert(
    fc.property(behaviour, fc.array(fc.integer({ min: 50, max: 20_000 }), { minLength: 20, maxLength: 40 }), (broken, waits) => {
      const simulation = new Simulation()
      simulation.release({ healthyAfterMs: 0, exitsAfterMs: null, exitCode: 0, badStarts: 0, listens: 'given' })
      settle(simulation, 50)
      simulation.release(broken)
      for (const ms of waits) {
        const { world } = simulation.round()
        const healthy = world.seen.some((workload) => workload.health === 'healthy' && ['dep_1', simulation.service.want.activeId].includes(workload.deploymentId))
        // Once the new one has been healthy it is the one that serves, and may do as it likes.
        if (simulation.service.want.activeId === 'dep_1') expect(healthy).toBe(true)
        simulation.advance(ms)
      }
    }),
    { numRuns: 300 },
  )
})
