import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { z } from 'zod'

import { deploymentCreate, deploymentGet } from '../../lib/contract/deployment'
import { serviceCreate, variableReplace } from '../../lib/contract/service'
import type { ServiceSettings } from '../../lib/contract/service-settings'
import { log } from '../../lib/log'
import { workerDoor } from '../../lib/http/worker-door'
import { startIngress } from '../../lib/provisioning/ingress/embedded/start-ingress'
import { dataPaths, type DataPaths } from '../../lib/provisioning/paths'
import type { Lane } from '../fault/lane'
import { ask, type Answer } from '../harness/ask'
import { lastLines, PROGRAMS, startProgram, type Program } from '../harness/programs'
import { platformOn, type TestPlatform } from '../harness/platform'
import { until } from '../harness/until'
import { writeApp, type App } from './apps'

export type Service = { id: string; url: string; folder: string }
export type Ended = { status: string; reason: string | null; message: string | null }

/** One case: a platform of its own with a real worker, real processes and a real ingress. */
export type Scene = Pick<TestPlatform, 'call' | 'database' | 'clock'> & {
  lane: Lane
  paths: DataPaths
  dataDir: string
  ingressPort: number
  worker: Program
  /** Ends the worker as a loss of power would, and starts another one, with further variables. */
  replaceWorker(variables?: Record<string, string>): Promise<void>
  service(name: string, app: App, settings?: z.input<typeof ServiceSettings>): Promise<Service>
  setVariables(service: Service, variables: Record<string, string>): Promise<void>
  deploy(service: Service): Promise<string>
  /** Deploys and waits until it serves. */
  deployed(service: Service): Promise<string>
  outcome(deploymentId: string): Promise<Ended>
  /** Waits until a deployment is on its way no more. */
  ended(deploymentId: string): Promise<Ended>
  ask(service: Service): Promise<Answer>
  /** What a service or its builds have said, oldest first. */
  lines(service: Service): Promise<string[]>
  hasLine(service: Service, text: string): Promise<boolean>
  /** The end of the worker's log, for a message. */
  log(): string
  /** Whether the worker has logged this. */
  hasLogged(message: string): boolean
  close(): Promise<void>
}

export type SceneOptions = {
  /** Where the data folder is made; the folder for temporary files when absent. */
  on?: string
  /** Further variables of the worker's environment. */
  worker?: Record<string, string>
}

const LOG_LINES = 60
const PROGRESSING = ['queued', 'building', 'releasing']

export async function openScene(lane: Lane, { on = tmpdir(), worker: variables = {} }: SceneOptions): Promise<Scene> {
  const dataDir = await mkdtemp(join(on, 'easel-t-'))
  // Beside the data folder: a full disk must not keep a person from writing an app, nor us from reading the log.
  const outside = await mkdtemp(join(tmpdir(), 'easel-o-'))
  const paths = dataPaths(dataDir)
  const ports = lane.takePorts()
  const { url, drop } = await lane.cluster.createDatabase()
  const environment = { EASEL_DATA_DIR: dataDir, EASEL_WORKLOAD_PORTS: `${ports.first}-${ports.last}`, EASEL_LOCAL_SOURCES: 'true' }
  const t = platformOn({ url, drop, encryptionKey: lane.encryptionKey }, environment)
  t.platform.worker = workerDoor(paths.terminals)
  const { as } = lane
  const ingress = await startIngress({ host: '127.0.0.1', port: 0, adminSocket: paths.ingressSocket, tableFile: paths.routeTable, log })
  const logFile = join(outside, 'worker.log')
  const env = { ...environment, DATABASE_URL: url, EASEL_ENCRYPTION_KEY: lane.encryptionKey, EASEL_PROCESS: 'worker', ...variables }
  const start = async (more: Record<string, string> = {}) => {
    const program = startProgram({ file: join(PROGRAMS, 'worker.mjs'), env: { ...env, ...more }, logFile })
    await program.ready
    return program
  }
  let worker = await start()
  const outcome = async (deploymentId: string): Promise<Ended> => {
    const { status, failure } = await t.call(deploymentGet, { deploymentId }, { as })
    return { status, reason: failure?.reason ?? null, message: failure?.message ?? null }
  }
  const deploy = async ({ id }: Service) => (await t.call(deploymentCreate, { serviceId: id }, { as })).id
  const scene: Scene = {
    lane,
    paths,
    dataDir,
    database: t.database,
    clock: t.clock,
    call: t.call,
    ingressPort: ingress.port,
    get worker() {
      return worker
    },
    async replaceWorker(more) {
      await worker.kill()
      worker = await start(more)
    },
    async service(name, app, settings = {}) {
      const folder = join(outside, name)
      writeApp(folder, app)
      const { id, url: address } = await t.call(serviceCreate, { environmentId: lane.environmentId, name, source: { type: 'local', path: folder }, settings: settings as ServiceSettings }, { as })
      return { id, url: address, folder }
    },
    async setVariables({ id }, values) {
      const all = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value, secret: false }]))
      await t.call(variableReplace, { serviceId: id, variables: all }, { as })
    },
    deploy,
    async deployed(service) {
      const id = await deploy(service)
      const { status, message } = await scene.ended(id)
      if (status !== 'active') throw new Error(`${id} is ${status}: ${message}`)
      return id
    },
    outcome,
    ended: (id) =>
      until(`${id} to end`, async () => {
        const found = await outcome(id)
        return !PROGRESSING.includes(found.status) && found
      }, 120_000),
    ask: (service) => ask(ingress.port, service.url),
    async lines({ id }) {
      const rows = await t.database.sql<{ text: string }[]>`select text from log_lines where service_id = ${id} order by id`
      return rows.map(({ text }) => text)
    },
    hasLine: async ({ id }, text) => (await t.database.sql`select 1 from log_lines where service_id = ${id} and text = ${text} limit 1`).length === 1,
    log: () => (existsSync(logFile) ? lastLines(logFile, LOG_LINES) : ''),
    hasLogged: (message) => readFileSync(logFile, 'utf8').includes(message),
    async close() {
      await worker.stop()
      await ingress.close()
      await t.close()
      ports.giveBack()
      for (const folder of [dataDir, outside]) await rm(folder, { recursive: true, force: true })
    },
  }
  return scene
}
