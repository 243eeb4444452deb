import { deploymentCancel } from '../../lib/contract/deployment'
import { serviceDelete, serviceStop } from '../../lib/contract/service'
import type { EndState } from './end-state'
import { untilStatus, type Scene, type SceneOptions } from './scene'

// What is being done when the disturbance comes. `before` happens in peace, `act` asks for what is disturbed and returns
// as soon as it is asked for. `end` says the least that the undisturbed end must be.

export type Scenario = {
  options: SceneOptions
  before(scene: Scene): Promise<void>
  act(scene: Scene): Promise<void>
  /** Whether the first version has to answer all the time. */
  servesOn: boolean
  end: Partial<Pick<EndState, 'answer' | 'service'>>
}

const plain: SceneOptions = {
  settings: { installCommand: 'node install.js', buildCommand: 'node build.js', drainS: 0, health: { deadlineS: 60 } },
}
const hasty: SceneOptions = { settings: { ...plain.settings, health: { deadlineS: 3, kind: 'http' } } }

const nothing = async () => {}
const firstServes = async (scene: Scene) => untilStatus(scene, await scene.deploy('v1'), 'active')
const deploy = (version: 'v1' | 'v2' | 'ill') => async (scene: Scene) => void (await scene.deploy(version))
/** A second version is there and never becomes healthy. */
const secondStarts = async (scene: Scene) => {
  await firstServes(scene)
  await untilStatus(scene, await scene.deploy('ill'), 'releasing')
}
const as = (scene: Scene) => ({ as: scene.lane.as })

export const SCENARIOS = {
  'first deploy': { options: plain, before: nothing, act: deploy('v1'), servesOn: false, end: { answer: '200 v1' } },
  'second version beside the first': { options: plain, before: firstServes, act: deploy('v2'), servesOn: true, end: { answer: '200 v2' } },
  'version that never becomes healthy': { options: hasty, before: firstServes, act: deploy('ill'), servesOn: true, end: { answer: '200 v1' } },
  'stop while a version starts': {
    options: plain,
    before: secondStarts,
    act: async (scene) => void (await scene.call(serviceStop, { serviceId: scene.service.id }, as(scene))),
    servesOn: false,
    end: { answer: '503' },
  },
  'target that can never run': {
    options: plain,
    before: async (scene) => {
      await secondStarts(scene)
      const [row] = await scene.database.sql<{ id: string }[]>`select id from deployments where status = 'releasing'`
      await scene.call(deploymentCancel, { deploymentId: row!.id }, as(scene))
      // An operation hands the target back by itself; a platform that was cut short in the middle may not have.
    },
    act: async ({ database: { sql }, lane }) => {
      await sql`update services set generation = generation + 1, target_deployment_id = (select id from deployments where status = 'cancelled')`
      await sql`select graphile_worker.add_job('reconcile', payload => ${JSON.stringify({ environmentId: lane.environmentId })}::json)`
    },
    servesOn: true,
    end: { answer: '200 v1', service: 'running, target dep_#1, active dep_#1' },
  },
  delete: {
    options: plain,
    before: firstServes,
    act: async (scene) => void (await scene.call(serviceDelete, { serviceId: scene.service.id }, as(scene))),
    servesOn: false,
    end: { answer: '404', service: null },
  },
} satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS
