import { afterAll, beforeAll, describe, test } from 'vitest'

import { CASES } from './cases'
import { disturbed, undisturbed, type Reference } from './disturb'
import { openLane, type Lane } from './lane'
import { keepEntries, keepFailure, type Entry } from './matrix'
import { DISTURBANCES, POINTS } from './points'
import type { ScenarioName } from './scenarios'
import { TARGET } from './target'

/** On an engine the worker is killed; the rest of it is the same work. */
const CHOSEN = DISTURBANCES.filter(({ does }) => TARGET === 'process' || does === 'kill')

/** No case is begun after this moment. */
const UNTIL_MS = Number(process.env.EASEL_TEST_UNTIL ?? Infinity) * 1_000

/** The cases of some points, as tests of one file. */
export function faultSuite(file: string, firstPort: number, isHere: (point: string) => boolean): void {
  const entries: Entry[] = []
  const references = new Map<ScenarioName, Promise<Reference>>()
  let lane: Lane
  beforeAll(async () => {
    // On an engine, only where building itself is disturbed is more made than a copy.
    lane = await openLane(firstPort, { isBuilt: TARGET === 'process' || POINTS.some((point) => point.startsWith('stage:') && isHere(point)) })
  })
  afterAll(async () => {
    keepEntries(file, entries)
    await lane.close()
  })
  const referenceOf = (scenario: ScenarioName) => {
    const known = references.get(scenario) ?? undisturbed(lane, scenario)
    references.set(scenario, known)
    // One that failed is the failure of the case that asked for it, not of those that come after.
    known.catch(() => references.delete(scenario))
    return known
  }

  const trials = POINTS.filter(isHere).flatMap((point) => {
    const found = CASES[point]
    // An image has its install inside of its build.
    if (!found || 'covered' in found || (TARGET === 'docker' && point === 'stage:install')) return []
    return found.in.flatMap((scenario) => CHOSEN.map(({ name, at, does }) => ({ point, scenario, disturbance: name, at, does, command: found.command ?? null })))
  })
  const define = (chosen: typeof trials) => {
    for (const trial of chosen) {
      const say = (result: string) => void entries.push({ point: trial.point, scenario: trial.scenario, disturbance: trial.disturbance, result })
      if (trial.at === 'command' && trial.command === null) {
        say('n.a.: no command runs in it')
        continue
      }
      test(`${trial.point} ${trial.disturbance}, in: ${trial.scenario}`, async ({ skip }) => {
        if (Date.now() > UNTIL_MS) {
          say('not run: the time was up')
          skip('The time that was given to the tests is up.')
        }
        const reference = await referenceOf(trial.scenario)
        await disturbed(lane, trial, reference).catch((error: unknown) => {
          say('FAILED')
          keepFailure(`${trial.point} ${trial.disturbance} in ${trial.scenario}`, error)
          throw error
        })
        say('ok')
      })
    }
  }
  describe.concurrent('one worker is disturbed', () => define(trials.filter(({ does }) => does !== 'restart')))
  // One after the other: they share the server.
  const restarts = trials.filter(({ does }) => does === 'restart')
  if (restarts.length > 0) describe('the database is', () => define(restarts))
}
