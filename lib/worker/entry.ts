import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { config, dockerPlaces } from '../config'
import { connect } from '../db/connection'
import { BUILT_IN_TARGETS } from '../domain/target'
import { instanceId } from '../db/queries/engine/instance'
import { newId } from '../ids'
import { log } from '../log'
import type { DockerConnection } from '../provisioning/docker/connection'
import { engineApi } from '../provisioning/docker/engine-api'
import { targetStorage } from '../provisioning/docker/storage'
import type { Engine } from '../provisioning/engine'
import { outputsOf } from '../provisioning/everywhere'
import { embeddedIngress } from '../provisioning/ingress/embedded-client'
import { dataPaths, type DataPaths } from '../provisioning/paths'
import { openCgroups } from '../provisioning/process/cgroup'
import { makeImageStore } from '../provisioning/build/image/docker-image-store'
import { nodeImages } from '../provisioning/build/image/node-image'
import type { EnvironmentNow } from '../provisioning/runtime/driver'
import { dockerDriver } from '../provisioning/runtime/docker/docker-driver'
import { LABEL } from '../provisioning/runtime/docker/names'
import { processDriver } from '../provisioning/runtime/process/process-driver'
import { diskStore } from '../provisioning/snapshot/disk-store'
import { makeSeal } from '../secrets/seal'
import { makeCollector } from '../telemetry/collector'
import { deploymentMasks } from '../telemetry/deployment-mask'
import { checkTarget, offerDockerOfThisMachine } from './check-targets'
import { databaseClock } from './clock'
import { environmentNow } from './environment-now'
import { every } from './every'
import { tellTargets } from './tell-targets'
import { makeTargets, type DockerPlace, type Made } from './targets'
import { startWorker, type Worker } from './worker'

// The worker process. It is told to stop by a message or by a signal, and stops by itself when its parent is gone; then
// the services go on running, and the next worker takes them over.

const POOL_SIZE = 14
const CLOCK_MS = 2_000
const STOP_MS = 28_000

const here = dirname(fileURLToPath(import.meta.url))

async function main(): Promise<Worker & { notes: string[] }> {
  const { databaseUrl, encryptionKey } = config
  if (!databaseUrl || !encryptionKey) throw new Error('DATABASE_URL and EASEL_ENCRYPTION_KEY must be set. Start Easel with `npm start`, which provides them.')
  const tracing = config.traces === null ? null : await (await import('../tracing/start')).startTracing({ ...config.traces, service: 'worker', log })
  const database = connect(databaseUrl, { poolSize: POOL_SIZE, name: 'worker' })
  const paths = dataPaths(config.dataDir)
  const seal = makeSeal(encryptionKey)
  const clock = await databaseClock(database.sql)
  const { now } = clock
  const cgroups = openCgroups(log)
  const own = await instanceId(database.db)
  const given = environmentNow(database.db, seal)
  const makers = { process: () => ({ driver: processDriver({ paths, log, platformEntry: { staticServer: join(here, 'static-server.mjs') }, cgroups, environmentNow: given }), images: null }), docker: dockerMaker({ paths, instanceId: own, environmentNow: given }) }
  const targets = makeTargets({ db: database.db, seal, log, makers })
  const collector = makeCollector({ db: database.db, driver: outputsOf({ targets, log }), log, dataDir: config.dataDir, now, maskOf: deploymentMasks(database.db, seal) })
  const engine: Engine = {
    db: database.db,
    sql: database.sql,
    seal,
    targets,
    ingress: embeddedIngress(paths.ingressSocket),
    collector,
    paths,
    snapshots: diskStore(paths.snapshots),
    cgroups,
    templatesDirectory: join(here, '..', 'templates'),
    imageTools: join(here, 'image-tools'),
    databasePrograms: { server: join(here, 'database-server.mjs'), probe: join(here, 'database-probe.mjs') },
    config,
    log,
    now,
  }
  const findDocker = config.docker ? () => offerDockerOfThisMachine(engine, dockerPlaces(), versionOf) : null
  await findDocker?.().catch((cause: unknown) => log.warn({ cause }, 'no Docker engine could be looked for'))
  await checkTarget(engine, BUILT_IN_TARGETS.docker)
  const stopClock = every(CLOCK_MS, 'clock', log, clock.set)
  const worker = await startWorker({ name: newId('worker'), clock, engine, collector, database, databaseUrl, builders: config.buildConcurrency, findDocker, log })
  return {
    notes: await tellTargets(database.db),
    async stop(workloads) {
      await worker.stop(workloads)
      await stopClock()
      await database.close()
      await tracing?.stop()
    },
  }
}

function dockerMaker({ paths, instanceId, environmentNow: given }: { paths: DataPaths; instanceId: string; environmentNow: EnvironmentNow }): (place: DockerPlace) => Made {
  return ({ id, connection, settings: { publishedAddress } }) => {
    const api = engineApi(connection)
    const reach = publishedAddress === null ? null : { kind: 'published' as const, bind: publishedAddress, host: publishedAddress }
    return { driver: dockerDriver({ api, folder: paths.target(id), instanceId, targetId: id, log, reach, programs: nodeImages(config.baseImages), environmentNow: given }), images: makeImageStore(connection, api, { [LABEL.instance]: instanceId }), storage: targetStorage({ api, labels: LABEL }) }
  }
}

async function versionOf(connection: DockerConnection, signal: AbortSignal): Promise<string> {
  const api = engineApi(connection)
  try {
    return (await api.version(signal)).engine
  } finally {
    api.close()
  }
}

let stopping = false
async function stop(started: Promise<Worker>, workloads: 'stop' | 'keep'): Promise<void> {
  if (stopping) return
  stopping = true
  setTimeout(() => {
    log.error('the worker did not stop in time')
    process.exit(1)
  }, STOP_MS).unref()
  await (await started).stop(workloads)
  process.exit(0)
}

const started = main()
const stopOrExit = (workloads: 'stop' | 'keep') =>
  void stop(started, workloads).catch((cause: unknown) => {
    log.error({ cause }, 'the worker did not stop cleanly')
    process.exit(1)
  })
process.on('SIGTERM', () => stopOrExit('keep'))
process.on('SIGINT', () => stopOrExit('keep'))
process.on('disconnect', () => stopOrExit('keep'))
process.on('message', (message: { type?: unknown; workloads?: unknown }) => {
  if (message.type === 'shutdown') stopOrExit(message.workloads === 'stop' ? 'stop' : 'keep')
})
started.then(
  ({ notes }) => process.send?.({ type: 'ready', notes }),
  (cause: unknown) => {
    log.error({ cause }, 'the worker could not start')
    process.send?.({ type: 'failed', message: cause instanceof Error ? cause.message : String(cause) })
    process.exit(1)
  },
)
