import type { RequestListener } from 'node:http'
import { dirname } from 'node:path'

import { evaluateAlerts } from '../alerts/evaluate'
import { resumeDeliveries } from '../alerts/resume'
import type { Database } from '../db/connection'
import { beat, type Detail } from '../db/queries/engine/heartbeats'
import { diskWarning } from '../domain/storage'
import { BUILT_IN_TARGETS } from '../domain/target'
import { noTimings } from '../domain/timings'
import { makeDrainer } from '../drains/drainer'
import type { Log } from '../log'
import { listenForCancellations } from '../provisioning/watch-wanted'
import { diskAt } from '../provisioning/docker/storage'
import type { Inside } from '../provisioning/database/figures/ask'
import type { Engine } from '../provisioning/engine'
import { observeAll } from '../provisioning/everywhere'
import { runInside } from '../provisioning/rotation/run-inside'
import { enqueue } from '../queue/jobs'
import type { Collector } from '../telemetry/collector'
import { checkTargets } from './check-targets'
import { checkRegistries } from './check-registries'
import { checkDomains } from './check-domains'
import { checkStores } from './check-stores'
import type { Clock } from './clock'
import { every, toNextStep } from './every'
import { makeRevocationRound } from './find-revoked-certificates'
import { followBranches } from './follow-branches'
import { followImages } from './follow-images'
import { keepHouse } from './housekeeping'
import { makeWordIndexer } from './index-logs'
import { makeLogOutliner } from './outline-logs'
import { followHttp } from './http-telemetry'
import { makeLife, type Life } from './life'
import { makeMeasurer } from './measure'
import { makeScraper } from './scrape'
import { writePrometheusTargets } from './prometheus-targets'
import { startRunners } from './runners'
import { packMetrics } from '../telemetry/metric/pack'
import { keepLogBudget } from '../telemetry/retention'
import { DATA_PATH, serveData } from './serve-data'
import { serveFiles } from './serve-files'
import { serveUploads, UPLOADS_PATH } from './serve-uploads'
import { keepStorage } from './storage'
import { listenTerminals, type TerminalServer } from './terminals/listen'
import { followTraffic } from './traffic'
import { takeUse } from './use'
import { renewCertificates } from './renew-certificates'
import { planSnapshots } from './plan-snapshots'
import { sweepStores } from './sweep-stores'
import { sweepUploads } from './sweep-uploads'
import { measureVolumes } from './volumes'
import { wakeSleepers } from './wake'
import { checkRoutes, endAbandoned, lookAtEverything, pullTimesBack, resumeRotations } from './sweep'
import { makeTasks } from './tasks'

// One worker: it takes jobs, follows what runs, and sees to it that nothing is forgotten. Any number of them may run on
// one database; what only one should do at a time is done by whoever leads.

const BEAT_MS = 2_000
const ROUTES_MS = 5_000
const TRAFFIC_MS = 2_000
const HTTP_MS = 2_000
const USE_MS = 10_000
const DATABASES_MS = 60_000
const SCRAPE_MS = 15_000
/** What was measured since then takes more room. */
const PACK_MS = 5 * 60_000
const STORAGE_MS = 15_000
/** Every line is added up where there are many. */
const LOG_BUDGET_MS = 10 * 60_000
const WORDS_MS = 30_000
const OUTLINES_MS = 15_000
const VOLUMES_MS = 10_000
/** Registries count how often they are asked. */
const IMAGES_MS = 120_000
const REGISTRIES_MS = 2_000
/** Those whose time has come are looked at, one after the other batch. */
const DOMAINS_MS = 1_000
const STORES_MS = 2_000
const PROMETHEUS_MS = 30_000
/** Each look lists what is in every store. */
const STORES_SWEEP_MS = 15 * 60_000
const CERTIFICATES_MS = 20_000
const CERTIFICATES_LEAST_MS = 1_000
const REVOKED_MS = 5 * 60_000
const WAKE_MS = 250
const SNAPSHOTS_MS = 10_000
const BRANCHES_MS = 30_000
const ALERTS_MS = 10_000
const DRAINS_MS = 1_000
const LOOK_MS = 30_000
const HOUSE_MS = 60_000
const PROBE_MS = 3_000
const TARGETS_MS = 1_000
const DOCKER_MS = 10_000
const STOP_MS = 10_000
const STOP_GRACE_MS = 8_000

export type WorkerOptions = { name: string; clock: Pick<Clock, 'isSteady'>; engine: Engine; collector: Collector; database: Database; databaseUrl: string; builders: number; /** Looks for the engine of this machine; null where it is not wanted. */ findDocker: (() => Promise<void>) | null; log: Log }

export type Worker = {
  /** Ends everything; what is at work is aborted and goes on with the next start. `stop`: running services are ended too. */
  stop(workloads: 'stop' | 'keep'): Promise<void>
}

/** Starts a worker. Resolves when it takes jobs. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { engine, log, name } = options
  const shutdown = new AbortController()
  const life = makeLife({ databaseUrl: options.databaseUrl, name, db: engine.db, log })
  await life.hold()
  // Jobs of a worker that died are free before the first job is taken.
  await life.takeOver()
  const cancellations = await listenForCancellations(engine.sql)
  const reconciled = noTimings()
  const runners = await startRunners({ databaseUrl: options.databaseUrl, tasks: makeTasks(engine, { shutdown: shutdown.signal, cancellations }, reconciled), builders: options.builders, log })
  const unwatch = engine.targets.watch((environmentId) => {
    if (!shutdown.signal.aborted) enqueue(engine.db, { task: 'reconcile', environmentId }).catch((cause: unknown) => log.warn({ environment: environmentId, cause }, 'a hint of the runtime was lost'))
  })
  const terminals = await serveTerminals(options)
  const following = follow(options.collector, life.lead)
  const traffic = followTraffic(engine)
  const words = makeWordIndexer(engine)
  const outliner = makeLogOutliner(engine)
  const http = followHttp(engine)
  const findRevoked = makeRevocationRound(engine)
  let renewInMs = CERTIFICATES_MS
  const measurer = makeMeasurer(engine, { ...engine, inside: insideOf(engine) })
  const scraper = makeScraper(engine)
  const drainer = makeDrainer({ ...engine, random: Math.random, allowsPrivate: engine.config.alertsToPrivate })
  const loops = [
    every(BEAT_MS, 'life', log, async () => {
      await life.hold()
      await beat(engine.db, name, runners.ids(), { ...(await probe(engine)), reconciled })
      await life.takeOver()
      await following.check()
    }),
    every(LOOK_MS, 'sweep', log, async () => {
      await pullTimesBack(engine)
      await lookAtEverything(engine)
    }),
    every(ROUTES_MS, 'routes', log, () => checkRoutes(engine)),
    every(TRAFFIC_MS, 'traffic', log, async () => void ((await life.lead('traffic')) && (await traffic.take()))),
    every(HTTP_MS, 'http telemetry', log, async () => void ((await life.lead('traffic')) && (await http.take()))),
    every(toNextStep(USE_MS), 'use', log, async () => void ((await life.lead('use')) && (await takeUse(engine, measurer)))),
    every(toNextStep(DATABASES_MS), 'databases', log, async () => void ((await life.lead('use')) && (await measurer.askDatabases(shutdown.signal)))),
    every(toNextStep(SCRAPE_MS), 'metrics of workloads', log, async () => void ((await life.lead('use')) && (await scraper.round(shutdown.signal)))),
    every(PACK_MS, 'metrics', log, async () => void ((await life.lead('use')) && (await packMetrics(engine.db, engine.now())))),
    every(STORAGE_MS, 'storage', log, async () => void ((await life.lead('storage')) && (await keepStorage(engine, shutdown.signal)))),
    every(LOG_BUDGET_MS, 'log budget', log, async () => void ((await life.lead('house')) && (await keepLogBudget(engine.db, engine.config.logBudgetBytes, engine.now())))),
    every(WORDS_MS, 'log words', log, async () => void ((await life.lead('house')) && (await words.round(shutdown.signal)))),
    every(OUTLINES_MS, 'log outlines', log, async () => void ((await life.lead('house')) && (await outliner.round(shutdown.signal)))),
    every(VOLUMES_MS, 'volumes', log, async () => void ((await life.lead('volumes')) && (await measureVolumes(engine, shutdown.signal)))),
    every(BRANCHES_MS, 'branches', log, async () => void ((await life.lead('branches')) && (await followBranches(engine, shutdown.signal)))),
    every(TARGETS_MS, 'targets', log, async () => void ((await life.lead('targets')) && (await checkTargets(engine)))),
    every(DOCKER_MS, 'docker', log, async () => void ((await life.lead('targets')) && (await options.findDocker?.()))),
    every(IMAGES_MS, 'images', log, async () => void ((await life.lead('branches')) && (await followImages(engine, shutdown.signal)))),
    every(REGISTRIES_MS, 'registries', log, async () => void ((await life.lead('registries')) && (await checkRegistries(engine, shutdown.signal)))),
    every(SNAPSHOTS_MS, 'snapshots', log, async () => void ((await life.lead('snapshots')) && (await planSnapshots(engine)))),
    every(ALERTS_MS, 'alerts', log, async () => void ((await life.lead('alerts')) && (await evaluateAlerts(engine)))),
    every(PROMETHEUS_MS, 'targets of Prometheus', log, async () => void ((await life.lead('use')) && (await writePrometheusTargets(engine)))),
    every(DRAINS_MS, 'drains', log, async () => void ((await life.lead('drains')) && (await drainer.round(shutdown.signal)))),
    every(DOMAINS_MS, 'domains', log, async () => void ((await life.lead('domains')) && (await checkDomains(engine, shutdown.signal, options.clock.isSteady())))),
    every(STORES_MS, 'stores', log, async () => void ((await life.lead('stores')) && (await checkStores(engine, shutdown.signal)))),
    every(STORES_SWEEP_MS, 'what is left in stores', log, async () => void ((await life.lead('stores')) && (await sweepStores(engine, shutdown.signal)))),
    every(() => Math.max(CERTIFICATES_LEAST_MS, Math.min(CERTIFICATES_MS, renewInMs)), 'certificates', log, async () => {
      if (await life.lead('certificates')) renewInMs = await renewCertificates(engine)
    }),
    every(REVOKED_MS, 'revoked certificates', log, async () => void ((await life.lead('certificates')) && (await findRevoked(shutdown.signal)))),
    every(WAKE_MS, 'wake', log, () => wakeSleepers(engine, shutdown.signal)),
    every(HOUSE_MS, 'housekeeping', log, async () => {
      await endAbandoned(engine)
      await resumeRotations(engine)
      await resumeDeliveries(engine)
      if (await life.lead('house')) await keepHouse(engine, options.clock.isSteady())
      if (await life.lead('house')) await sweepUploads(engine, shutdown.signal, options.clock.isSteady())
    }),
  ]
  return {
    async stop(workloads) {
      shutdown.abort()
      unwatch()
      await terminals?.close()
      await Promise.all([runners.stop(), ...loops.map((stop) => stop())])
      await drainer.settled()
      await following.stop()
      if (workloads === 'stop') await stopWorkloads(engine, log)
      await options.collector.collect().catch((cause: unknown) => log.warn({ cause }, 'last lines will be stored with the next start'))
      await cancellations.close()
      await life.end()
      await engine.targets.close()
    },
  }
}

/** Follows captured output as long as this worker leads. */
function follow(collector: Collector, lead: Life['lead']): { check(): Promise<void>; stop(): Promise<void> } {
  let stop: (() => Promise<void>) | null = null
  return {
    async check() {
      const leads = await lead('logs')
      if (leads) stop ??= collector.run()
      else if (stop) {
        await stop()
        stop = null
      }
    },
    stop: async () => stop?.(),
  }
}

/** Programs of an image, where the server of a deployment runs. */
function insideOf(engine: Engine): (place: { serviceId: string; deploymentId: string }) => Inside {
  return ({ serviceId, deploymentId }) => (argv, signal) => runInside({ engine, place: { serviceId, service: 'The database' } }, deploymentId, { argv, signal })
}

/** A folder whose sockets cannot be listened on costs the terminals, nothing else. */
async function serveTerminals({ engine, log }: WorkerOptions): Promise<TerminalServer | null> {
  const { db, now, paths, seal, targets } = engine
  const files = serveFiles({ db, seal, targets, now, log })
  const data = serveData({ db, seal, now, log, inside: insideOf(engine) })
  const doors = new Map([[DATA_PATH, data], [UPLOADS_PATH, serveUploads(engine)]])
  const onRequest: RequestListener = (request, response) => (doors.get(request.url ?? '') ?? files)(request, response)
  return listenTerminals({ directory: paths.terminals, db, now, driverOf: async (environmentId) => (await targets.ofEnvironment(environmentId))?.driver ?? null, log, onRequest }).catch((cause: unknown) => {
    log.error({ directory: paths.terminals, cause }, 'no terminals can be served')
    return null
  })
}

/** What only the worker can see; the web process tells it to whoever asks whether the platform is ready. */
async function probe(engine: Engine): Promise<Detail> {
  const signal = AbortSignal.timeout(PROBE_MS)
  const unreachable = (error: unknown) => ({ ok: false as const, message: error instanceof Error ? error.message : 'It does not answer.' })
  const [proxy, local] = await Promise.all([engine.ingress.probe(signal).catch(unreachable), engine.targets.byId(BUILT_IN_TARGETS.process).then(({ driver }) => driver.probe(signal)).catch(unreachable)])
  const disk = await diskAt(dirname(engine.paths.builds))
  // Usable still, but not for long: told where people and programs look whether all is well.
  const warning = disk && diskWarning(disk)
  return {
    ingress: ingressDetail(proxy),
    runtime: local.ok ? { ok: true, message: warning ?? 'It is usable.' } : { ok: false, message: local.message },
    disk,
  }
}

function ingressDetail(proxy: Awaited<ReturnType<Engine['ingress']['probe']>>): { ok: boolean; message: string } {
  if (!proxy.ok) return { ok: false, message: proxy.message }
  if (proxy.edge !== 'caddy') return { ok: true, message: 'It answers.' }
  return proxy.trouble === undefined ? { ok: true, message: 'It answers, and so does the Caddy before it.' } : { ok: false, message: `It answers, but the Caddy before it does not do what it should. ${proxy.trouble}` }
}

/** Ends every service politely. It counts as ended by the platform: the next start starts it again at once. */
async function stopWorkloads(engine: Engine, log: Log): Promise<void> {
  const signal = AbortSignal.timeout(STOP_GRACE_MS + STOP_MS)
  const running = (await observeAll(engine, signal)).filter(({ seen }) => seen.phase !== 'exited')
  await Promise.all(running.map(({ target, seen: workload }) => target.driver.stop(workload, STOP_GRACE_MS, signal).catch((cause: unknown) => log.warn({ workload: workload.name, cause }, 'a service could not be stopped'))))
}
