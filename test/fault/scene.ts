import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { z } from 'zod'

import { deploymentCreate } from '../../lib/contract/deployment'
import { serviceCreate, variableReplace } from '../../lib/contract/service'
import type { ServiceSettings } from '../../lib/contract/service-settings'
import { newId } from '../../lib/ids'
import { log } from '../../lib/log'
import { startIngress } from '../../lib/provisioning/ingress/embedded/start-ingress'
import { dataPaths, type DataPaths } from '../../lib/provisioning/paths'
import { ask, type Answer } from '../harness/ask'
import { lastLines, PROGRAMS, startProgram, type Program } from '../harness/programs'
import { platformOn, type TestPlatform } from '../harness/platform'
import type { Version } from '../harness/sample-repository'
import { until } from '../harness/until'
import type { Lane } from './lane'
import { clearEngine, moveToDocker, startCounter, TARGET } from './target'

/** A worker of which one point can be armed. */
export type ArmedWorker = Program & {
  /** Resolves, when the worker knows, with what resolves when the work gets there. */
  arm(point: string): Promise<{ reached: Promise<void> }>
  answer(order: 'go' | 'throw' | 'again'): void
}

/** One case: a platform of its own with one service. */
export type Scene = Pick<TestPlatform, 'call' | 'database'> & {
  lane: Lane
  environmentId: string
  /** Of its labels on an engine. */
  instanceId: string
  paths: DataPaths
  dataDir: string
  service: { id: string; url: string }
  ingressPort: number
  /** Whether the service may be asked without changing what is looked at. */
  isAsked: boolean
  /** Starts one; when it ends without having been ended, the next one is started, as a supervisor does. */
  startWorker(): Promise<ArmedWorker>
  workers(): ArmedWorker[]
  /** How workers have ended that nobody has ended. */
  fallen(): string[]
  deploy(version: Version): Promise<string>
  ask(): Promise<Answer>
  /** What the commands of the app have written, a line for each time they ran. */
  counts(): string[]
  /** The end of the workers' log, for a message. */
  log(): string
  close(): Promise<void>
}

export type SceneOptions = { settings: z.input<typeof ServiceSettings>; /** Plain ones. */ variables?: Record<string, string> }

const LOG_LINES = 60

export async function openScene(lane: Lane, { settings, variables = {} }: SceneOptions, isAsked: boolean): Promise<Scene> {
  const dataDir = await mkdtemp(join(tmpdir(), 'easel-f-'))
  const paths = dataPaths(dataDir)
  const ports = lane.takePorts()
  const { url, drop } = await lane.cluster.createDatabase()
  const environment = { EASEL_DATA_DIR: dataDir, EASEL_WORKLOAD_PORTS: `${ports.first}-${ports.last}`, EASEL_LOCAL_SOURCES: 'true' }
  const t = platformOn({ url, drop, encryptionKey: lane.encryptionKey }, environment)
  const ingress = await startIngress({ host: '127.0.0.1', port: 0, adminSocket: paths.ingressSocket, tableFile: paths.routeTable, log })
  const countsFile = join(dataDir, 'counts')
  const counter = TARGET === 'docker' ? await startCounter() : null
  const instanceId = randomBytes(16).toString('hex')
  // Copies of one database are one installation with one environment, and these share an engine.
  const environmentId = newId('environment')
  await t.database.sql`update instance set id = ${instanceId}`
  await t.database.sql`update environments set id = ${environmentId}`
  const logFile = join(dataDir, 'worker.log')
  const workers: ArmedWorker[] = []
  const fallen: string[] = []
  const env = { ...environment, DATABASE_URL: url, EASEL_ENCRYPTION_KEY: lane.encryptionKey, EASEL_PROCESS: 'worker' }
  const { as } = lane
  const { id, url: address } = await t.call(serviceCreate, { environmentId, name: 'api', source: { type: 'git', url: `file://${lane.repository}` }, settings: (lane.isBuilt ? settings : { ...settings, installCommand: null, buildCommand: null }) as ServiceSettings }, { as })
  const plain = Object.entries({ COUNTS: counter?.url ?? countsFile, ...variables }).map(([key, value]) => [key, { value, secret: false }])
  await t.call(variableReplace, { serviceId: id, variables: Object.fromEntries(plain) as Record<string, { value: string; secret: boolean }> }, { as })
  const start = (): ArmedWorker => {
    const worker = armed(startProgram({ file: join(PROGRAMS, 'worker.mjs'), env, logFile, onFall: (how) => {
      fallen.push(how)
      start()
    } }))
    workers.push(worker)
    return worker
  }
  return {
    lane,
    environmentId,
    instanceId,
    paths,
    dataDir,
    database: t.database,
    call: t.call,
    service: { id, url: address },
    ingressPort: ingress.port,
    isAsked,
    workers: () => workers,
    async startWorker() {
      const worker = start()
      await worker.ready
      if (TARGET === 'docker') await moveToDocker(t.database)
      return worker
    },
    fallen: () => fallen,
    deploy: async (version) => (await t.call(deploymentCreate, { serviceId: id, ref: version }, { as })).id,
    ask: () => ask(ingress.port, address),
    counts: () => counter?.lines() ?? (existsSync(countsFile) ? readFileSync(countsFile, 'utf8').trim().split('\n') : []),
    log: () => (existsSync(logFile) ? lastLines(logFile, LOG_LINES) : ''),
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await ingress.close()
      counter?.close()
      if (TARGET === 'docker') await clearEngine({ instanceId, service: { id, url: address } })
      await t.close()
      ports.giveBack()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function armed(program: Program): ArmedWorker {
  return {
    ...program,
    arm(point) {
      const told = new Promise<void>((resolve) => program.onMessage(({ type }) => type === 'armed' && resolve()))
      const reached = new Promise<void>((resolve) => program.onMessage((message) => message.type === 'at' && message.point === point && resolve()))
      program.send({ type: 'arm', point })
      return told.then(() => ({ reached }))
    },
    answer: (type) => program.send({ type }),
  }
}

/** Waits for a deployment to be of a status. */
export async function untilStatus(scene: Scene, deploymentId: string, status: string): Promise<void> {
  await until(`${deploymentId} to be ${status}`, async () => {
    const [row] = await scene.database.sql<{ status: string }[]>`select status from deployments where id = ${deploymentId}`
    return row?.status === status
  }, TARGET === 'docker' ? 120_000 : undefined)
}
