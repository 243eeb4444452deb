import { environmentLock, tryLock } from '../../db/queries/engine/advisory-lock'
import { deploymentsById, load, networkWish, noteTrouble, removeEmptyEnvironment, type EnvironmentRows } from '../../db/queries/engine/desired'
import { settingsInForce } from '../../domain/mount'
import { enqueue } from '../../queue/jobs'
import type { Engine, TargetEngine } from '../engine'
import { strayDriver } from '../everywhere'
import type { Traffic } from '../ingress/table'
import { planEnvironment } from '../planner/plan-environment'
import { after, sooner, type Look } from '../planner/world'
import { carryOut, type Carried } from './carry-out'
import { measureHarm } from './measure-harm'
import { observe, type Observation } from './observe'
import { pruneArtifacts } from './prune-artifacts'
import { removeVolumes } from './remove-volumes'
import { toWorld } from './to-world'
import { tracedDriver } from './traced-driver'
import { sentenceOf } from './trouble'
import { writersOf } from './writers'

// Makes an environment match what is wanted: load desired → observe → record observed → plan → write verdicts → apply
// steps → publish routes → say when to look again. Knows the environment's id and nothing else; whatever caused the look,
// everything is read afresh, so it is safe to repeat and a lost hint costs only time.

/** Looks in a row before others get their turn. */
const MAX_PASSES = 12
const BUSY_MS = 150
const TROUBLE_MS = 3_000
const TRAFFIC_MS = 2_000
const FORGET_MS = 30_000
const NETWORK_MS = 30_000

/** Reconciles one environment; only one worker at a time does. Never throws: trouble is logged and looked at again. */
export async function reconcile(engine: Engine, environmentId: string, signal: AbortSignal): Promise<void> {
  const lock = await tryLock(engine.sql, environmentLock(environmentId))
  if (!lock) return lookAgain(engine, environmentId, { at: after(engine.now(), BUSY_MS), why: 'another worker is at it' })
  try {
    const { look, trouble } = await passUntilQuiet(await atTarget(engine, environmentId), environmentId, signal)
    await noteTrouble(engine.db, environmentId, trouble, engine.now())
    if (look) await lookAgain(engine, environmentId, look)
  } catch (cause) {
    if (signal.aborted) return
    engine.log.warn({ environment: environmentId, cause }, 'environment could not be looked at, will look again')
    await noteTrouble(engine.db, environmentId, `It could not be looked at. ${sentenceOf(cause)}`, engine.now()).catch(() => undefined)
    await lookAgain(engine, environmentId, { at: after(engine.now(), TROUBLE_MS), why: 'the last look failed' })
  } finally {
    await lock.release()
  }
}

async function atTarget(engine: Engine, environmentId: string): Promise<TargetEngine> {
  const target = await engine.targets.ofEnvironment(environmentId)
  return { ...engine, target, driver: tracedDriver(target?.driver ?? strayDriver(engine)) }
}

async function passUntilQuiet(engine: TargetEngine, environmentId: string, signal: AbortSignal): Promise<{ look: Look | null; trouble: string | null }> {
  for (let pass = 1; pass <= MAX_PASSES; pass++) {
    signal.throwIfAborted()
    const { changed, look, trouble } = await onePass(engine, environmentId, signal)
    if (!changed) return { look, trouble: trouble ?? (await keepNetwork(engine, environmentId, signal)) }
  }
  return { look: { at: engine.now(), why: 'there is more to do' }, trouble: null }
}

/** What runs is in the network it should be in, also after links were asked to be enforced and after somebody took it away. Answers what is in the way. */
async function keepNetwork(engine: TargetEngine, environmentId: string, signal: AbortSignal): Promise<string | null> {
  if (engine.driver.capabilities.isolation !== 'network') return null
  const wish = await networkWish(engine.db, environmentId)
  if (!wish) return null
  try {
    await engine.driver.ensureNetwork(environmentId, wish, AbortSignal.any([signal, AbortSignal.timeout(NETWORK_MS)]))
    return null
  } catch (cause) {
    if (signal.aborted) throw cause
    engine.log.warn({ environment: environmentId, cause }, 'the network of an environment could not be kept')
    return `Its network could not be kept as it should be. ${sentenceOf(cause)}`
  }
}

async function onePass(engine: TargetEngine, environmentId: string, signal: AbortSignal): Promise<Carried> {
  const rows = await load(engine.db, environmentId, engine.now())
  const traffic = needsTraffic(rows) ? await lookAtTraffic(engine, environmentId, signal) : null
  const observations = await observe(engine, { rows, environmentId, traffic }, signal)
  await pruneLeft(engine, rows, observations)
  await addUnknownDeployments(engine, rows, observations.map(({ seen }) => seen.deploymentId))
  const guarded = await measureHarm(engine, rows)
  const plan = planEnvironment(toWorld(rows, { seen: observations.map(({ seen }) => seen), traffic, guarded }), engine.now())
  const carried = await carryOut(engine, { rows, plan, observations, writers: writersOf(rows, observations) }, signal)
  const left = await removeVolumes(engine, rows, signal)
  if (rows.environment?.deleted && rows.services.length === 0 && rows.volumes.length === 0) {
    await engine.driver.forgetEnvironment(environmentId, AbortSignal.any([signal, AbortSignal.timeout(FORGET_MS)]))
    await removeEmptyEnvironment(engine.db, environmentId, rows.environment.projectId)
  }
  return { changed: carried.changed || left.changed, look: [carried.look, left.look].reduce(sooner, plan.look), trouble: carried.trouble ?? left.trouble ?? null }
}

/** Whether anything waits for what is open to end, or for quiet. */
function needsTraffic({ services, deployments, workloads }: EnvironmentRows): boolean {
  const seen = new Set(workloads.map((workload) => workload.deploymentId))
  const isEnding = (row: EnvironmentRows['deployments'][number]) => row.status === 'retired' && seen.has(row.id)
  return services.some((service) => service.heldAt !== null || service.sleepingAt !== null) || deployments.some((row) => row.spec.settings.sleepAfterS !== null || settingsInForce(row.spec).rollout === 'replace' || isEnding(row))
}

/** What the proxy has open; null when it cannot be asked: then time decides. */
function lookAtTraffic({ ingress, log }: Engine, environmentId: string, signal: AbortSignal): Promise<Traffic | null> {
  return ingress.traffic(AbortSignal.any([signal, AbortSignal.timeout(TRAFFIC_MS)])).catch((cause: unknown) => {
    log.warn({ environment: environmentId, cause }, 'the ingress did not say what is open')
    return null
  })
}

/** A build is kept as long as anything runs of it. One that never served has no other reason to stay. */
async function pruneLeft(engine: Engine, { services, workloads }: EnvironmentRows, observations: readonly Observation[]): Promise<void> {
  const there = new Set(observations.map(({ observed }) => observed.name))
  const left = new Set(workloads.filter((row) => !there.has(row.name)).map((row) => row.serviceId))
  for (const { id } of services) if (left.has(id)) await pruneArtifacts(engine, id).catch((cause: unknown) => engine.log.warn({ service: id, cause }, 'old builds could not be removed'))
}

/** Something may run for a deployment that was neither wanted nor seen before, such as one that ended while we were away. */
async function addUnknownDeployments(engine: Engine, rows: EnvironmentRows, ids: readonly string[]): Promise<void> {
  const known = new Set(rows.deployments.map((row) => row.id))
  rows.deployments.push(...(await deploymentsById(engine.db, ids.filter((id) => !known.has(id)))))
}

async function lookAgain(engine: Engine, environmentId: string, look: Look): Promise<void> {
  engine.log.debug({ environment: environmentId, at: look.at, why: look.why }, 'will look again')
  await enqueue(engine.db, { task: 'look-again', environmentId, at: look.at })
}
