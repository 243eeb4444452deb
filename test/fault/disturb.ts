import { isDeepStrictEqual } from 'node:util'

import { expect } from 'vitest'

import { variableReplace } from '../../lib/contract/service'
import { askAllTheTime } from '../harness/ask'
import { until } from '../harness/until'
import { endState, rowsOf, type EndState, type Rows } from './end-state'
import type { Lane } from './lane'
import { DISTURBANCES, type Disturbance } from './points'
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios'
import { openScene, type ArmedWorker, type Scene } from './scene'
import { TARGET } from './target'

// One case: the same scenario as always, and one thing that goes wrong at one point of it. The end must be the one it has
// when nothing goes wrong.

export type Trial = { scenario: ScenarioName; point: string; disturbance: Disturbance; command: 'install' | 'build' | null }

/** How often each command of the app ran. */
export type Counts = Record<string, number>
export type Reference = { end: EndState; counts: Counts }

// Images are made in seconds, in many when several are made at once.
const SETTLE_MS = TARGET === 'docker' ? 180_000 : 60_000
const REACH_MS = TARGET === 'docker' ? 120_000 : 30_000
const QUIET_LOOKS = 5
const QUIET_EVERY_MS = 300
const LOOK_MS = 120

/** Runs a scenario in peace and tells how it ends. */
export async function undisturbed(lane: Lane, name: ScenarioName): Promise<Reference> {
  return inScene(lane, name, async (scene, scenario) => {
    await scene.startWorker()
    await scenario.before(scene)
    await scenario.act(scene)
    const end = await untilQuiet(scene)
    expect(end).toMatchObject(scenario.end)
    expect(end).toMatchObject({ jobs: [], locks: [], workers: 1 })
    return { end, counts: countsOf(scene) }
  })
}

/** Runs a scenario with one disturbance; fails when the end is another one. */
export async function disturbed(lane: Lane, trial: Trial, reference: Reference): Promise<void> {
  await inScene(lane, trial.scenario, async (scene, scenario) => {
    const worker = await scene.startWorker()
    await scenario.before(scene)
    const stopAsking = scenario.asked === 'all the time' ? askAllTheTime(scene.ingressPort, scene.service.url) : null
    await disturb(scene, worker, scenario, trial)
    const end = await untilSameAs(scene, reference.end)
    const { lost } = (await stopAsking?.()) ?? { lost: [] }
    expect(end).toEqual(reference.end)
    expect(lost, 'requests that were not answered').toEqual([])
    expect(scene.fallen(), 'ends of workers that nobody had ended').toEqual([])
    expectRuns(countsOf(scene), reference.counts, trial)
  })
}

async function inScene<T>(lane: Lane, name: ScenarioName, work: (scene: Scene, scenario: Scenario) => Promise<T>): Promise<T> {
  const scenario: Scenario = SCENARIOS[name]
  const scene = await openScene(lane, scenario.options(), scenario.asked !== 'never')
  try {
    return await work(scene, scenario)
  } catch (error) {
    if (error instanceof Error) error.message += `\n\nThe workers' log ends:\n${scene.log()}`
    throw error
  } finally {
    await scene.close()
  }
}

async function disturb(scene: Scene, worker: ArmedWorker, scenario: Scenario, { point, disturbance, command }: Trial): Promise<void> {
  const { at, does } = DISTURBANCES.find(({ name }) => name === disturbance)!
  if (at === 'command') {
    await waitIn(scene, command!)
    const before = scene.counts().length
    await scenario.act(scene)
    await until(`the ${command} command to run`, () => scene.counts().slice(before).some((line) => line.startsWith(`${command} `)), REACH_MS)
  } else {
    const { reached } = await worker.arm(`${point}:${at}`)
    await scenario.act(scene)
    await within(`the work to reach ${point}:${at}`, reached)
  }
  switch (does) {
    case 'kill':
      await worker.kill()
      await scene.startWorker()
      return
    case 'restart':
      await scene.lane.cluster.restart()
      return worker.answer('go')
    default:
      return worker.answer(does)
  }
}

/** Makes a command of the next deployment wait for its end the first time it runs. */
async function waitIn({ call, service, lane }: Scene, command: string): Promise<void> {
  const variables = { COUNTS: { value: null, secret: false }, WAIT: { value: command, secret: false } }
  await call(variableReplace, { serviceId: service.id, variables }, { as: lane.as })
}

async function within(what: string, wait: Promise<void>): Promise<void> {
  let isOver = false
  void wait.then(() => (isOver = true))
  await until(what, () => isOver, REACH_MS)
}

/** Looks until the end is the wanted one and stays so after one more look at everything; gives the last one seen. */
async function untilSameAs(scene: Scene, wanted: EndState): Promise<EndState> {
  let last: EndState | null = null
  let rows: Rows | null = null
  const isSame = async () => {
    // The database may be away for a moment.
    rows = await rowsOf(scene).catch(() => null)
    if (rows === null || !isDeepStrictEqual({ ...wanted, ...rows }, wanted)) return false
    last = await endState(scene, rows).catch(() => null)
    return last !== null && isDeepStrictEqual(last, wanted)
  }
  try {
    await until('the end', isSame, SETTLE_MS, LOOK_MS)
    await scene.database.sql`select graphile_worker.add_job('reconcile', payload => ${JSON.stringify({ environmentId: scene.environmentId })}::json)`
    await until('the end to last', isSame, SETTLE_MS, LOOK_MS)
    return last!
  } catch (error) {
    if (rows === null) throw error
    return endState(scene, rows)
  }
}

/** Looks until nothing is on its way and nothing changes any more. */
async function untilQuiet(scene: Scene): Promise<EndState> {
  let before = ''
  let looks = 0
  const look = async () => {
    const end = await endState(scene, await rowsOf(scene))
    const [row] = await scene.database.sql<{ busy: boolean }[]>`
      select exists (select 1 from deployments where status in ('queued', 'building', 'releasing')) or exists (select 1 from runs where status in ('queued', 'running'))
        or exists (select 1 from graphile_worker.jobs where task_identifier = 'look-again' and run_at < now() + interval '20 seconds') as busy`
    looks = JSON.stringify(end) === before && !row!.busy && end.jobs.length === 0 ? looks + 1 : 0
    before = JSON.stringify(end)
    return looks >= QUIET_LOOKS ? end : null
  }
  return until('everything to settle', look, SETTLE_MS, QUIET_EVERY_MS)
}

function countsOf(scene: Scene): Counts {
  const counts: Counts = {}
  for (const line of scene.counts()) counts[line] = (counts[line] ?? 0) + 1
  return counts
}

/** A command may run once more where it, or what is done again with it, was cut short; never elsewhere, and never twice more. */
function expectRuns(counts: Counts, wanted: Counts, { point, disturbance }: Trial): void {
  expect(Object.keys(counts).sort()).toEqual(Object.keys(wanted).sort())
  for (const [line, times] of Object.entries(counts)) {
    const [command] = line.split(' ') as [string]
    const more = times - wanted[line]!
    expect(more, `runs of ${line} besides those in peace`).toBeGreaterThanOrEqual(0)
    expect(more, `runs of ${line} besides those in peace`).toBeLessThanOrEqual(mayRunAgain(command, point, disturbance) ? 1 : 0)
  }
}

const REPEATED: Record<string, readonly string[]> = {
  install: ['stage:install', 'stage:build'],
  build: ['stage:build'],
}

function mayRunAgain(command: string, point: string, disturbance: Disturbance): boolean {
  if (!(REPEATED[command] ?? []).includes(point)) return false
  // What has been done and noted is not done again.
  return !(point === 'stage:build' && disturbance === 'killed after') && !(command === 'build' && ['fails before', 'killed before'].includes(disturbance))
}
