import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Logger, runOnce } from 'graphile-worker'

import { deploymentCreate, deploymentGet } from '../../lib/contract/deployment'
import { serviceCreate } from '../../lib/contract/service'
import type { ServiceSettings } from '../../lib/contract/service-settings'
import { BUILT_IN_TARGETS } from '../../lib/domain/target'
import { log } from '../../lib/log'
import { listenForCancellations, type Cancellations } from '../../lib/provisioning/watch-wanted'
import type { Engine } from '../../lib/provisioning/engine'
import type { Certificate, CertificateName, Ingress, ReadCertificates, Route, RouteTable } from '../../lib/provisioning/ingress/table'
import type { Telemetry } from '../../lib/provisioning/ingress/telemetry'
import { dataPaths } from '../../lib/provisioning/paths'
import { openCgroups } from '../../lib/provisioning/process/cgroup'
import { fakeDriver, type FakeControls } from '../../lib/provisioning/runtime/fake/fake-driver'
import type { Trouble } from '../../lib/provisioning/runtime/fake/world'
import type { RuntimeDriver } from '../../lib/provisioning/runtime/driver'
import { diskStore } from '../../lib/provisioning/snapshot/disk-store'
import type { Target, Targets } from '../../lib/provisioning/targets'
import { enqueue } from '../../lib/queue/jobs'
import { makeCollector } from '../../lib/telemetry/collector'
import { deploymentMasks } from '../../lib/telemetry/deployment-mask'
import { makeTasks } from '../../lib/worker/tasks'
import type { Actor } from '../../lib/auth/actor'
import { authenticateBearer } from '../../lib/auth/authenticate'
import { platformForTest, type TestPlatform } from './platform'

// A platform with an engine: real operations, PostgreSQL and queue, a fake runtime and a fake proxy. Nothing happens by
// itself: jobs are drained when a test says so, and time moves when it says so.

export type FakeIngress = Ingress & {
  table: RouteTable
  certificates: readonly Certificate[]
  isDown: boolean
  /** What is open, by `host:port`. */
  open: Record<string, number>
  /** The last arrival, by service. */
  arrivals: Record<string, Date>
  /** Sleeping services somebody waits for. */
  sleepersWanted: string[]
  /** Portions of what it has seen, in order. */
  seen: Telemetry[]
  /** Port a host leads to; null when it answers 503. */ leadsTo(host: string): number | null
  routeOf(host: string): Route | undefined
}

/** Makes one of the engine's transactions fail: the n-th from now, before or after it has had its effect. */
export type Fault = { at: number; when: 'before' | 'after' }

export type TestEngine = TestPlatform & {
  /** `driver`: of its one target. */
  engine: Engine & { driver: RuntimeDriver }
  runtime: FakeControls & RuntimeDriver
  ingress: FakeIngress
  /** Ends what is at work, as a shutdown does. */
  shutdown: { controller: AbortController }
  /** The owner, whose sign-in does not end when time passes. */
  as: Actor
  organizationId: string
  environmentId: string
  /** Draws a static site from a folder of its own. */
  service(name: string, settings?: Partial<ServiceSettings>): Promise<{ id: string; folder: string; url: string }>
  deploy(service: { id: string }): Promise<string>
  /** Status and failure of a deployment. */
  outcome(deploymentId: string): Promise<{ status: string; reason: string | null; message: string | null; stages: Record<string, string> }>
  /** New deployments of a service have this trouble; what runs already does not. */
  breakNext(service: { id: string }, trouble: Trouble): void
  mendNext(service: { id: string }): void
  /** Works until nothing is ready. Retries are not waited for. `forMs`: time passes meanwhile, from one look to the next. */
  settle(options?: { forMs?: number }): Promise<void>
  fault(fault: Fault): { wasReached(): boolean }
  close(): Promise<void>
}

export async function engineForTest(overrides: Record<string, string> = {}): Promise<TestEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'easel-engine-'))
  const t = await platformForTest({ EASEL_DATA_DIR: dataDir, ...overrides })
  const runtime = fakeDriver({ directory: join(dataDir, 'workloads') })
  const troubles = new Map<string, { trouble: Trouble; exempt: Set<string> }>()
  const ingress = fakeIngress()
  const faults: { current: (Fault & { reached: boolean }) | null } = { current: null }
  const db = withFaults(t.database.db, faults)
  const engine = makeEngine(t, { dataDir, db, driver: withTroubles(atOurTime(runtime, () => clockOf(t)), troubles), ingress })
  const cancellations = await listenForCancellations(t.database.sql)
  const shutdown = { controller: new AbortController() }
  const owner = await t.owner()
  const { environmentId } = await t.project(owner)
  const as = await authenticateBearer(t.platform, `Bearer ${owner.accessToken}`)
  return {
    ...t,
    engine,
    runtime,
    ingress,
    shutdown,
    as,
    organizationId: owner.organization!.id,
    environmentId,
    async service(name, settings = {}) {
      const folder = join(dataDir, 'sources', name)
      await mkdir(folder, { recursive: true })
      await writeFile(join(folder, 'index.html'), `<h1>${name}</h1>`)
      const { id, url } = await t.call(serviceCreate, { environmentId, name, source: { type: 'local', path: folder }, settings }, { as })
      return { id, folder, url }
    },
    deploy: async ({ id }) => (await t.call(deploymentCreate, { serviceId: id }, { as })).id,
    async outcome(deploymentId) {
      const { status, failure, stages } = await t.call(deploymentGet, { deploymentId }, { as })
      return { status, reason: failure?.reason ?? null, message: failure?.message ?? null, stages: Object.fromEntries(stages.map((stage) => [stage.name, stage.status])) }
    },
    breakNext: ({ id }, trouble) => void troubles.set(id, { trouble, exempt: new Set([...runtime.world.runs.values()].map((run) => run.seen.deploymentId)) }),
    mendNext: ({ id }) => void troubles.delete(id),
    settle: (options) => settle(t, { engine, cancellations, shutdown: shutdown.controller.signal }, options?.forMs ?? 0),
    fault(fault) {
      const armed = { ...fault, reached: false }
      faults.current = armed
      return { wasReached: () => armed.reached }
    },
    async close() {
      await cancellations.close()
      await t.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function makeEngine(t: TestPlatform, parts: { dataDir: string; db: Engine['db']; driver: RuntimeDriver; ingress: Ingress }): TestEngine['engine'] {
  const { db, driver, dataDir } = parts
  const now = () => clockOf(t)
  const collector = makeCollector({ db, driver, log, dataDir, now, maskOf: deploymentMasks(db, t.platform.seal) })
  return {
    db,
    sql: t.database.sql,
    seal: t.platform.seal,
    driver,
    targets: oneTarget(driver),
    ingress: parts.ingress,
    collector,
    paths: dataPaths(dataDir),
    snapshots: diskStore(dataPaths(dataDir).snapshots),
    cgroups: openCgroups(log),
    templatesDirectory: join(process.cwd(), 'templates'),
    imageTools: join(process.cwd(), 'dist', 'test', 'image-tools'),
    databasePrograms: { server: join(process.cwd(), 'dist', 'test', 'database-server.mjs'), probe: join(process.cwd(), 'dist', 'test', 'database-probe.mjs') },
    config: { ...t.platform.config, buildTimeoutMs: 60_000, buildMemoryMib: 2_048, keepBuilds: { count: 10, days: 90 }, baseImages: '', dockerDisk: { budgetBytes: null, cleansCache: false }, alertsToPrivate: true, prometheusTargets: null, logBudgetBytes: 2 ** 31, logDays: 7, dnsResolvers: [], acme: null },
    log,
    now,
  }
}

/** Every environment is on this one. */
export function oneTarget(driver: RuntimeDriver): Targets {
  const target: Target = { id: BUILT_IN_TARGETS.process, name: 'This machine', driver, images: null }
  return { byId: async () => target, ofEnvironment: async () => target, all: async () => [target], watch: (onChange) => driver.watch(onChange), close: () => driver.close() }
}

/** The test's clock, never behind the database's, by which jobs become due. */
function clockOf(t: TestPlatform): Date {
  return new Date(Math.max(t.clock.now.getTime(), Date.now()))
}

/** Drains the queue; then, as long as there is time left, moves to the next look and drains again. */
async function settle(t: TestPlatform, worker: { engine: Engine; cancellations: Cancellations; shutdown: AbortSignal }, forMs: number): Promise<void> {
  const until = new Date(clockOf(t).getTime() + forMs)
  const taskList = makeTasks(worker.engine, worker)
  for (let round = 0; round < 200; round++) {
    await runOnce({ connectionString: t.url, taskList, noHandleSignals: true, logger: new Logger(() => () => {}) })
    const look = await nextLook(t)
    if (look === null || look > until) break
    if (look > t.clock.now) t.clock.now = look
    await t.database.sql`update graphile_worker._private_jobs set run_at = now() where run_at <= ${look.toISOString()}::timestamptz and locked_at is null`
  }
  if (until > t.clock.now) t.clock.now = until
}

async function nextLook(t: TestPlatform): Promise<Date | null> {
  const [row] = await t.database.sql<{ ms: number | null }[]>`select extract(epoch from min(run_at))::float8 * 1000 as ms from graphile_worker.jobs where locked_at is null and attempts < max_attempts`
  // Rounded up: a job due within this millisecond is due.
  return row!.ms === null ? null : new Date(Math.ceil(row!.ms))
}

/** A look at an environment that nothing has asked for. */
export async function lookNow(t: TestEngine): Promise<void> {
  await enqueue(t.database.db, { task: 'reconcile', environmentId: t.environmentId })
  await t.settle()
}

function fakeIngress(): FakeIngress {
  const ingress: FakeIngress = {
    table: { version: 0, routes: [] },
    isDown: false,
    leadsTo: (host) => ingress.table.routes.find((route) => route.hosts.includes(host))?.targets[0]?.port ?? null,
    routeOf: (host) => ingress.table.routes.find((route) => route.hosts.includes(host)),
    async publish(table) {
      if (ingress.isDown) throw new Error('The proxy is down.')
      if (table.version < ingress.table.version) throw new Error('An older table followed a newer one.')
      ingress.table = table
    },
    certificates: [],
    async publishCertificates(names: readonly CertificateName[], _signal: AbortSignal, read: ReadCertificates = async (some) => some as readonly Certificate[]) {
      if (ingress.isDown) throw new Error('The proxy is down.')
      ingress.certificates = await read(names)
    },
    open: {},
    arrivals: {},
    sleepersWanted: [],
    async traffic() {
      if (ingress.isDown) throw new Error('The proxy is down.')
      const services = Object.fromEntries(Object.entries(ingress.arrivals).map(([id, at]) => [id, { lastAt: at.toISOString(), open: 0, held: 0 }]))
      return { epoch: 'fake', services, targets: { ...ingress.open } }
    },
    seen: [],
    async telemetry(stored) {
      if (ingress.isDown) throw new Error('The proxy is down.')
      const next = ingress.seen.find(({ epoch, seq }) => stored?.epoch !== epoch || seq > stored.seq)
      return structuredClone(next ?? { epoch: stored?.epoch ?? 'fake', seq: stored?.seq ?? 0, counts: [], links: [], lines: [], dropped: [] })
    },
    wanted: async () => ingress.sleepersWanted,
    probe: async () => (ingress.isDown ? { ok: false, message: 'The proxy is down.' } : { ok: true, version: ingress.table.version }),
  }
  return ingress
}

/** The fake runtime exits at the real time; here it is when it is first seen. */
function atOurTime<T extends RuntimeDriver>(runtime: T, now: () => Date): T {
  const exits = new Map<string, Date>()
  return {
    ...runtime,
    async observe(environmentId, signal) {
      return (await runtime.observe(environmentId, signal)).map((seen) => {
        if (!seen.exit) return seen
        const key = `${seen.name} ${seen.restarts} ${seen.exit.at.toISOString()}`
        const at = exits.get(key) ?? now()
        exits.set(key, at)
        return { ...seen, exit: { ...seen.exit, at } }
      })
    },
  }
}

function withTroubles(runtime: RuntimeDriver & FakeControls, troubles: Map<string, { trouble: Trouble; exempt: Set<string> }>): RuntimeDriver {
  return {
    ...runtime,
    async apply(workload, signal) {
      const bad = troubles.get(workload.serviceId)
      if (bad && !bad.exempt.has(workload.deploymentId)) runtime.world.trouble.set(workload.serviceId, bad.trouble)
      try {
        await runtime.apply(workload, signal)
      } finally {
        if (bad) runtime.world.trouble.delete(workload.serviceId)
      }
    },
  }
}

function withFaults(db: Engine['db'], faults: { current: (Fault & { reached: boolean }) | null }): Engine['db'] {
  return new Proxy(db, {
    get(target, key, receiver) {
      if (key !== 'transaction') return Reflect.get(target, key, receiver) as unknown
      return async (...args: Parameters<Engine['db']['transaction']>) => {
        const fault = faults.current
        const isNow = fault !== null && --fault.at === 0
        if (isNow) fault.reached = true
        if (isNow && fault.when === 'before') throw new Error('The database did not answer.')
        const result = await target.transaction(...args)
        if (isNow) throw new Error('The answer of the database was lost.')
        return result
      }
    },
  })
}
