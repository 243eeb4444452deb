import { eq } from 'drizzle-orm'

import { services } from '../db/schema/desired'
import { workloads, workloadUses } from '../db/schema/observed'
import type { Failure } from '../domain/failure'
import type { ServiceState } from '../domain/service-state'
import { ago, toCome, type Ground } from './ground'
import { recipeOf, writeVersion, type Version } from './version'

export type Shown = { state: ServiceState; sinceS?: number; framework?: string; failure?: Failure; commit?: string; by?: string; memoryMib?: number; cpuMilli?: number; isFirst?: boolean }

const WELL = { phase: 'running', health: 'healthy' } as const

/** Brings a service into a state, as if everything that leads there had happened. */
export async function show(ground: Ground, serviceId: string, shown: Shown): Promise<void> {
  const { db } = ground.database
  const { state, sinceS = 9_400, framework = 'express', commit, by } = shown
  const { inspection } = (await db.select({ inspection: services.inspection }).from(services).where(eq(services.id, serviceId)))[0]!
  if (inspection !== null) await db.update(services).set({ inspection: { status: 'done', recipe: recipeOf(framework), dockerfile: null, commit: null, failure: null, at: ground.now.toISOString() } }).where(eq(services.id, serviceId))
  await db.update(services).set({ createdAt: ago(ground, 40 * 86_400), desiredAt: ago(ground, 40 * 86_400) }).where(eq(services.id, serviceId))
  if (state === 'not_deployed') return
  const version = (over: Partial<Version> & Pick<Version, 'status' | 'createdS'>) => writeVersion(ground, serviceId, { framework, commit, by, ...over })
  if (state === 'failed') return void (await version({ status: 'failed', createdS: sinceS + 31, tookS: 31, stage: stageOf(shown.failure), failure: shown.failure }))
  if (state === 'queued') return void (await version({ status: 'queued', createdS: sinceS }))
  const isOnItsWay = state === 'building' || state === 'releasing'
  const activeId = shown.isFirst ? null : await version({ status: 'active', createdS: (isOnItsWay ? 86_400 : sinceS) + 48 })
  if (activeId !== null) await observe(ground, { serviceId, deploymentId: activeId, shown: isOnItsWay ? { ...shown, state: 'running', sinceS: 86_400 } : shown })
  if (state === 'building') await version({ status: 'building', createdS: sinceS, stage: 'build', tookS: sinceS * 1.6 })
  if (state === 'releasing') await version({ status: 'releasing', createdS: sinceS, stage: 'start', tookS: sinceS })
  const at = ago(ground, sinceS)
  if (state === 'sleeping') await db.update(services).set({ sleepingAt: at }).where(eq(services.id, serviceId))
  if (state === 'suspended') await db.update(services).set({ desired: 'stopped', desiredAt: at }).where(eq(services.id, serviceId))
  if (state === 'removing') await db.update(services).set({ desired: 'deleted', desiredAt: at }).where(eq(services.id, serviceId))
}

function stageOf(failure: Failure | undefined): 'install' | 'fetch' | 'build' | 'start' {
  if (failure?.reason === 'install_failed') return 'install'
  if (failure?.reason === 'source_auth' || failure?.reason === 'ref_not_found') return 'fetch'
  return failure?.reason === 'health_deadline' || failure?.reason === 'crashed' ? 'start' : 'build'
}

type Seen = Partial<typeof workloads.$inferInsert>

function seenAs(ground: Ground, { state, sinceS = 9_400 }: Shown): Seen | null {
  if (state === 'running' || state === 'releasing') return WELL
  if (state === 'degraded') return { phase: 'running', health: 'unhealthy', healthMessage: 'GET /health answered 503 where 2xx or 3xx was expected.' }
  const exit = { phase: 'exited', health: 'unknown', exitedAt: ago(ground, 6), restarts: 7 } as const
  if (state === 'crashing') return { ...exit, exitCode: 137, exitSignal: 'SIGKILL', crashes: 7 }
  if (state === 'crashed') return { ...exit, exitCode: 1, crashes: 10, exitedAt: ago(ground, sinceS) }
  if (state === 'exited') return { ...exit, exitCode: 0, restarts: 0, exitedAt: ago(ground, sinceS) }
  return null
}

async function observe(ground: Ground, { serviceId, deploymentId, shown }: { serviceId: string; deploymentId: string; shown: Shown }): Promise<void> {
  const { db } = ground.database
  const seen = seenAs(ground, shown)
  if (seen === null) return
  const [service] = await db.select().from(services).where(eq(services.id, serviceId))
  const { environmentId, settings } = service!
  const at = ago(ground, shown.sinceS ?? 9_400)
  for (let part = 0; part < settings.replicas; part++) {
    // One of several is ill; all of them only when there is one.
    const own = shown.state === 'degraded' && part > 0 ? WELL : seen
    const name = `demo-${deploymentId}-${part}`
    await db.insert(workloads).values({ name, environmentId, serviceId, deploymentId, part: String(part), generation: 1, phase: 'running', health: 'healthy', firstSeenAt: at, changedAt: at, observedAt: toCome(ground), startedAt: at, ...own })
    // What is used is shown while it is fresh.
    if (own.phase === 'running' && shown.memoryMib) await db.insert(workloadUses).values({ name, serviceId, deploymentId, part: String(part), at: toCome(ground), memoryBytes: shown.memoryMib * 1024 * 1024, memoryLimitBytes: 512 * 1024 * 1024, cpuMilli: shown.cpuMilli ?? 12, pids: 11 })
  }
}
