import { deploymentCancel } from '../../lib/contract/deployment'
import { runCreate } from '../../lib/contract/run'
import { serviceDelete, serviceStop, serviceUpdate } from '../../lib/contract/service'
import { volumeCreate } from '../../lib/contract/volume'
import type { ServiceSettings } from '../../lib/contract/service-settings'
import { record } from '../../lib/db/queries/engine/metrics'
import type { Version } from '../harness/sample-repository'
import type { EndState } from './end-state'
import { untilStatus, type Scene, type SceneOptions } from './scene'

// What is being done when the disturbance comes. `before` happens in peace, `act` asks for what is disturbed and returns
// as soon as it is asked for. `end` says the least that the undisturbed end must be.

export type Scenario = {
  options(): SceneOptions
  before(scene: Scene): Promise<void>
  act(scene: Scene): Promise<void>
  /** `all the time`: every request from the act to the end has to be answered. `never`: asking would wake it. */
  asked: 'all the time' | 'in the end' | 'never'
  end: Partial<EndState>
}

type Settings = SceneOptions['settings']

const plain = (settings: Settings = {}, variables: Record<string, string> = {}) => (): SceneOptions => ({
  settings: { installCommand: 'node install.js', buildCommand: 'node build.js', drainS: 0, stopGraceS: 5, ...settings },
  variables,
})
const NEVER_DUE = '0 0 29 2 *'
const cron = (settings: Partial<NonNullable<Settings['cron']>> = {}) => ({ startCommand: 'node run.js', cron: { schedule: NEVER_DUE, timeZone: 'UTC', ...settings } })
/** Due at the beginning of this minute, and then not for an hour. */
const dueNow = (): SceneOptions => plain(cron({ schedule: `${new Date().getUTCMinutes()} * * * *` }))()

const as = (scene: Scene) => ({ as: scene.lane.as })
const nothing = async () => {}
const firstServes = async (scene: Scene) => untilStatus(scene, await scene.deploy('v1'), 'active')
const deploy = (version: Version) => async (scene: Scene) => void (await scene.deploy(version))
/** A second version is there and never becomes healthy. */
const secondStarts = async (scene: Scene) => {
  await firstServes(scene)
  await untilStatus(scene, await scene.deploy('ill'), 'releasing')
}
const runNow = async (scene: Scene) => void (await scene.call(runCreate, { serviceId: scene.service.id }, as(scene)))
const lookNow = ({ database: { sql }, environmentId }: Scene) => sql`select graphile_worker.add_job('reconcile', payload => ${JSON.stringify({ environmentId })}::json)`

const ALL = 'all the time'
const END = 'in the end'

export const SCENARIOS = {
  'first deploy': { options: plain(), before: nothing, act: deploy('v1'), asked: END, end: { answer: '200 v1' } },
  'second version beside the first': { options: plain(), before: firstServes, act: deploy('v2'), asked: ALL, end: { answer: '200 v2' } },
  'second version instead of the first': { options: plain({ rollout: 'replace' }), before: firstServes, act: deploy('v2'), asked: ALL, end: { answer: '200 v2' } },
  'version that never becomes healthy': { options: plain({ health: { deadlineS: 3, kind: 'http' } }), before: firstServes, act: deploy('ill'), asked: ALL, end: { answer: '200 v1' } },
  'version that fails instead of the first': { options: plain({ rollout: 'replace', health: { deadlineS: 3, kind: 'http' } }), before: firstServes, act: deploy('ill'), asked: ALL, end: { answer: '200 v1' } },
  'pre-deploy command': { options: plain({ preDeployCommand: 'node prepare.js' }), before: nothing, act: deploy('v1'), asked: END, end: { answer: '200 v1' } },
  'snapshot before a deploy': {
    options: plain(),
    before: async (scene) => {
      const { id } = await scene.call(volumeCreate, { environmentId: scene.environmentId, serviceId: scene.service.id, path: '/app/kept' }, as(scene))
      await firstServes(scene)
      const [row] = await scene.database.sql<{ settings: ServiceSettings }[]>`select settings from services where id = ${scene.service.id}`
      await scene.call(serviceUpdate, { serviceId: scene.service.id, settings: { ...row!.settings, snapshots: { of: [id], keep: 3, timeoutS: 60, onFailure: 'stop' } } }, as(scene))
    },
    act: deploy('v2'),
    asked: ALL,
    end: { answer: '200 v2', snapshots: ['deploy done dep_#2'] },
  },
  'release that does harm': {
    options: plain({ guard: { minutes: 1 } }),
    before: async (scene) => {
      await firstServes(scene)
      await untilStatus(scene, await scene.deploy('v2'), 'active')
    },
    // What the proxy would have counted of a minute in which every answer of the second version failed.
    act: async (scene) => {
      const versions = await scene.database.sql<{ deploymentId: string; serviceId: string; environmentId: string; number: number }[]>`
        select d.id as "deploymentId", s.id as "serviceId", s.environment_id as "environmentId", d.number from deployments d join services s on s.id = d.service_id where d.number in (1, 2)`
      await record(scene.database.db, versions.flatMap(({ number, ...labels }) => {
        const at = new Date(Date.now() - (number === 1 ? 60_000 : 0))
        return [{ measure: 'requests' as const, labels, at, value: 100 }, { measure: 'errors' as const, labels, at, value: number === 1 ? 0 : 100 }]
      }))
      await lookNow(scene)
    },
    asked: END,
    end: { answer: '200 v1', service: 'running, target dep_#3, active dep_#3, on hold' },
  },
  'stop while a version starts': {
    options: plain(),
    before: secondStarts,
    act: async (scene) => void (await scene.call(serviceStop, { serviceId: scene.service.id }, as(scene))),
    asked: END,
    end: { answer: '503' },
  },
  'target that can never run': {
    options: plain(),
    before: async (scene) => {
      await secondStarts(scene)
      const [row] = await scene.database.sql<{ id: string }[]>`select id from deployments where status = 'releasing'`
      await scene.call(deploymentCancel, { deploymentId: row!.id }, as(scene))
    },
    // An operation hands the target back by itself; an earlier version of the platform may not have.
    act: async (scene) => {
      await scene.database.sql`update services set generation = generation + 1, target_deployment_id = (select id from deployments where status = 'cancelled')`
      await lookNow(scene)
    },
    asked: ALL,
    end: { answer: '200 v1', service: 'running, target dep_#1, active dep_#1' },
  },
  sleep: { options: plain({ sleepAfterS: 5 }), before: firstServes, act: nothing, asked: 'never', end: { service: 'running, target dep_#1, active dep_#1, asleep' } },
  'run now': { options: plain(cron()), before: firstServes, act: runNow, asked: 'never', end: { runs: ['manual done 0'] } },
  'run that is due': {
    options: dueNow,
    before: firstServes,
    // As if it had been active when its time came.
    act: async (scene) => {
      await scene.database.sql`update deployments set activated_at = activated_at - interval '2 minutes'`
      await lookNow(scene)
    },
    asked: 'never',
    end: { runs: ['schedule done 0'] },
  },
  'run that takes too long': { options: plain(cron({ timeoutS: 1 }), { WAIT: 'run' }), before: firstServes, act: runNow, asked: 'never', end: { runs: ['manual timed_out SIGTERM'] } },
  delete: { options: plain(), before: firstServes, act: async (scene) => void (await scene.call(serviceDelete, { serviceId: scene.service.id }, as(scene))), asked: END, end: { answer: '404', service: null } },
} satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS
