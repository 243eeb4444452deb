import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { deploymentCreate, deploymentRedeploy } from '../../lib/contract/deployment'
import { projectDelete } from '../../lib/contract/project'
import { serviceCreate, variableReplace } from '../../lib/contract/service'
import type { ServiceSettings } from '../../lib/contract/service-settings'
import type { Database } from '../../lib/db/connection'
import { startCluster } from '../harness/cluster'
import { platformOn } from '../harness/platform'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { lastLines, PLAIN_PROGRAMS, startProgram, type Program } from '../harness/programs'
import { until } from '../harness/until'
import type { Place } from './requests'

// A platform as it is when it is installed: PostgreSQL, ingress and worker as processes of their own, and one service.

export type Scene = {
  database: Database
  serviceId: string
  /** Where the service is asked. */
  place: Place
  /** Builds the source and releases it; answers the id of the deployment. */
  deploy(): Promise<string>
  /** Releases the kept build of a deployment again. */
  redeploy(deploymentId: string): Promise<string>
  /** Ends the worker as a loss of power would, and starts another one. */
  replaceWorker(): Promise<void>
  /** What the service has taken, a line each: the id of the request, the version that took it, and which of that version it was. */
  taken(): Promise<string[]>
  /** The end of the logs of worker and ingress, for a message. */
  log(): string
  close(): Promise<void>
}

/** What the service runs as. */
const TARGET = process.env.EASEL_TEST_TARGET === 'docker' ? 'docker' : 'process'

export type SceneOptions = { settings: Partial<ServiceSettings>; /** Milliseconds the service needs before it listens. */ startMs?: number }

// Below the ports that outgoing connections are given: thousands of them come and go here.
const INGRESS_PORT = 32_000
const WORKLOAD_PORTS = '32010-32699'
const LOG_LINES = 40
const GONE_MS = 90_000

export async function openScene({ settings, startMs = 0 }: SceneOptions): Promise<Scene> {
  const dataDir = await mkdtemp(join(tmpdir(), 'easel-l-'))
  const encryptionKey = randomBytes(32).toString('hex')
  const cluster = await startCluster()
  const environment = { EASEL_DATA_DIR: dataDir, EASEL_WORKLOAD_PORTS: WORKLOAD_PORTS, EASEL_INGRESS_PORT: String(INGRESS_PORT), EASEL_LOCAL_SOURCES: 'true' }
  const t = platformOn({ url: cluster.templateUrl, drop: async () => {}, encryptionKey }, environment)
  const as = await t.owner()
  const env = { ...environment, DATABASE_URL: cluster.templateUrl, EASEL_ENCRYPTION_KEY: encryptionKey }
  const logOf = (name: string) => join(dataDir, `${name}.log`)
  const start = async (name: 'ingress' | 'worker'): Promise<Program> => {
    const program = startProgram({ file: join(PLAIN_PROGRAMS, `${name}.mjs`), env: { ...env, EASEL_PROCESS: name }, logFile: logOf(name) })
    await program.ready
    return program
  }
  const ingress = await start('ingress')
  let worker = await start('worker')
  const targetId = BUILT_IN_TARGETS[TARGET]
  await until(`target ${TARGET} to be there`, async () => (await t.database.sql`select 1 from targets where id = ${targetId}`).length === 1)
  const { environmentId, projectId } = await t.project(as, 'Shop', targetId)
  const { id, url } = await t.call(serviceCreate, { environmentId, name: 'api', source: { type: 'local', path: join(process.cwd(), 'test/load/app') }, settings }, { as })
  const taken = join(dataDir, 'taken')
  const plain = Object.entries({ ...(TARGET === 'process' ? { TAKEN: taken } : {}), START_MS: String(startMs) }).map(([key, value]) => [key, { value, secret: false }])
  await t.call(variableReplace, { serviceId: id, variables: Object.fromEntries(plain) as Record<string, { value: string; secret: boolean }> }, { as })

  return {
    database: t.database,
    serviceId: id,
    place: { ingressPort: INGRESS_PORT, host: new URL(url).host },
    deploy: async () => (await t.call(deploymentCreate, { serviceId: id }, { as })).id,
    redeploy: async (deploymentId) => (await t.call(deploymentRedeploy, { deploymentId }, { as })).id,
    async replaceWorker() {
      await worker.kill()
      worker = await start('worker')
    },
    async taken() {
      if (TARGET === 'process') return existsSync(taken) ? readFileSync(taken, 'utf8').trimEnd().split('\n') : []
      const rows = await t.database.sql<{ text: string }[]>`select text from log_lines where text like 'taken %' order by id`
      return rows.map(({ text }) => text.slice('taken '.length))
    },
    log: () => ['worker', 'ingress'].map((name) => lastLines(logOf(name), LOG_LINES)).join('\n'),
    async close() {
      // What runs in an engine outlives the worker, and its folders are not ours alone.
      if (TARGET === 'docker') {
        await t.call(projectDelete, { projectId }, { as })
        await until('everything of the project to be gone', async () => (await t.database.sql`select 1 from projects`).length === 0, GONE_MS)
      }
      await worker.stop()
      await ingress.stop()
      await t.close()
      await cluster.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
