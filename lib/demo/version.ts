import type { Recipe } from '../contract/recipe'
import { mountsOf } from '../db/queries/volumes'
import { ofService } from '../db/queries/variables'
import { artifacts, deployments, stages } from '../db/schema/deployment'
import { services } from '../db/schema/desired'
import { STAGES, type DeploymentStatus, type StageName, type Trigger } from '../domain/deployment-status'
import type { Failure } from '../domain/failure'
import { newId } from '../ids'
import { openVariables, sealFrozen } from '../secrets/sealed-variables'
import { sealEnvironment } from '../secrets/sealed-environment'
import { and, eq } from 'drizzle-orm'
import { ago, type Ground } from './ground'

/** One deployment of the past. Seconds ago; `stage` is the one it is in, or ended in. */
export type Version = {
  status: DeploymentStatus
  createdS: number
  tookS?: number
  stage?: StageName
  trigger?: Trigger
  failure?: Failure
  by?: string
  commit?: string
  framework?: string | null
  pauseMs?: number
}

const SHARE: Record<StageName, number> = { fetch: 0.06, detect: 0.02, install: 0.38, build: 0.36, snapshot: 0.04, release: 0.02, prepare: 0.04, start: 0.08 }

/** Writes a deployment as the platform would have left it. Returns its id. */
export async function writeVersion(ground: Ground, serviceId: string, version: Version): Promise<string> {
  const { platform, database } = ground
  const { db } = database
  const [service] = await db.select().from(services).where(eq(services.id, serviceId))
  const number = (await db.$count(deployments, eq(deployments.serviceId, serviceId))) + 1
  const id = newId('deployment')
  const { status, createdS, tookS = 48, trigger = 'manual', failure } = version
  const plain = openVariables(platform.seal, await ofService(db, serviceId))
  const mounts = (await mountsOf(db, [serviceId])).map(({ volumeId, name, path }) => ({ volumeId, name, path }))
  const isOver = !['queued', 'building', 'releasing'].includes(status)
  const wasReleased = ['releasing', 'active', 'retired'].includes(status)
  const finishedAt = isOver ? ago(ground, createdS - tookS) : null
  const recipe = service!.source.type === 'database' || service!.source.type === 'image' ? null : recipeOf(version.framework ?? 'express')
  const artifactId = wasReleased ? newId('artifact') : null
  if (artifactId !== null) await db.insert(artifacts).values({ id: artifactId, serviceId, start: recipe?.start ?? { kind: 'command', argv: ['server'], env: {} }, workingDirectory: '', sizeBytes: 48_300_000, createdAt: ago(ground, createdS) })
  // One version serves; the one before gives way.
  if (status === 'active') await db.update(deployments).set({ status: 'retired', retiredAt: finishedAt }).where(and(eq(deployments.serviceId, serviceId), eq(deployments.status, 'active')))
  await db.insert(deployments).values({
    id, serviceId, number, status, trigger,
    spec: { source: service!.source, settings: service!.settings, ref: null, mounts },
    variablesSealed: sealFrozen(platform.seal, id, plain),
    environmentSealed: wasReleased ? sealEnvironment(platform.seal, id, { variables: {}, secrets: [] }) : null,
    configRevision: service!.configRevision, generation: wasReleased ? 1 : 0, recipe, artifactId,
    revision: version.commit === undefined ? null : { commit: '8c1f27ad04b96e5521f7cb7a3b6d1e90d2a4f6c3', message: version.commit, author: version.by ?? 'Ada Lindqvist' },
    failureReason: failure?.reason ?? null, failureMessage: failure?.message ?? null,
    createdAt: ago(ground, createdS), startedAt: status === 'queued' ? null : ago(ground, createdS - 1),
    releasedAt: wasReleased ? ago(ground, Math.max(0, createdS - tookS * 0.9)) : null,
    activatedAt: status === 'active' || status === 'retired' ? finishedAt : null, retiredAt: status === 'retired' ? finishedAt : null, finishedAt, pauseMs: version.pauseMs ?? null,
  })
  if (status !== 'queued') await writeStages(ground, id, version)
  if (wasReleased) await db.update(services).set({ targetDeploymentId: id, ...(status === 'active' ? { activeDeploymentId: id } : {}) }).where(eq(services.id, serviceId))
  return id
}

async function writeStages(ground: Ground, deploymentId: string, { status, createdS, tookS = 48, stage, failure }: Version): Promise<void> {
  const last = stage ?? 'start'
  const passed = STAGES.slice(0, STAGES.indexOf(last) + 1).filter((name) => (name !== 'snapshot' && name !== 'prepare') || name === last)
  let startS = createdS - 1
  const rows = passed.map((name) => {
    const isLast = name === last
    const begun = startS
    startS = Math.max(0, startS - tookS * SHARE[name])
    const isOpen = isLast && (status === 'building' || status === 'releasing')
    const how = isOpen ? ('running' as const) : isLast && status === 'failed' ? ('failed' as const) : isLast && status === 'cancelled' ? ('cancelled' as const) : ('done' as const)
    return { deploymentId, name, status: how, startedAt: ago(ground, begun), finishedAt: isOpen ? null : ago(ground, startS), error: how === 'failed' ? (failure?.message ?? null) : null }
  })
  await ground.database.db.insert(stages).values(rows)
}

export function recipeOf(framework: string): Recipe {
  const decisions = [
    { what: 'Package manager', value: 'npm', decidedBy: 'package-lock.json', rejected: [] },
    { what: 'Framework', value: framework, decidedBy: 'package.json → dependencies', rejected: [] },
    { what: 'Build command', value: 'npm run build', decidedBy: 'package.json → scripts.build', rejected: [] },
    { what: 'Start command', value: 'npm run start', decidedBy: 'package.json → scripts.start', rejected: [{ value: 'node server.js', why: 'There is a start script.' }] },
  ]
  return {
    version: 1, provider: 'node', framework, packageManager: 'npm', nodeRange: '>=20', rootDirectory: '', install: [{ argv: ['npm', 'ci'], env: {} }], build: [{ argv: ['npm', 'run', 'build'], env: {} }],
    start: { kind: 'command', argv: ['npm', 'run', 'start'], env: {} }, cacheDirectories: [], decisions, notes: [],
  }
}
