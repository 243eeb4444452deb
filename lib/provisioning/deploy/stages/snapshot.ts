import * as rows from '../../../db/queries/engine/snapshots'
import * as stages from '../../../db/queries/engine/stages'
import { insert, nodeOfService, nodeOfVolume, type SnapshotNode, type SnapshotRow } from '../../../db/queries/snapshots'
import type { Db } from '../../../db/connection'
import type { DeploySnapshotSettings } from '../../../contract/service-settings'
import { DeploymentFailure } from '../../../domain/failure'
import { snapshotsBefore } from '../../../domain/prepare'
import { pastKeeping } from '../../../domain/snapshot'
import { announce } from '../../../events/announce'
import { newId } from '../../../ids'
import { enqueue } from '../../../queue/jobs'
import { duration } from '../../build/execute/explain-ending'
import { fail, forget } from '../../snapshot/take'
import { part } from '../../step-in'
import type { Run } from '../run'
import { recordAndTell } from '../stage'

// What a deployment may change is copied before it is released. The copies are jobs of their own: a deployment asks for them
// once, then nobody works on it until the last of them has ended, or their time is up. Each of them wakes it.

const SECOND_MS = 1_000

/** Whether the deployment can go on: there is nothing to copy, or it has been. Throws the failure of one that is to stop. */
export function snapshotStage(run: Run): Promise<boolean> {
  const chosen = snapshotsBefore(run.deployment)
  return chosen === null ? Promise.resolve(true) : part(run.engine, 'stage:snapshot', () => look(run, chosen))
}

/** Whether a deployment waits for its snapshots; then it was not interrupted. */
export async function waitsForSnapshots({ engine, deployment }: Run): Promise<boolean> {
  return (await stages.statusOf(engine.db, deployment.id, 'snapshot')) === 'running'
}

async function look(run: Run, chosen: DeploySnapshotSettings): Promise<boolean> {
  const { engine, deployment, place } = run
  run.signal.throwIfAborted()
  const status = (await stages.statusOf(engine.db, deployment.id, 'snapshot')) ?? (await ask(run, chosen))
  // Whoever worked on it before had come so far.
  if (status !== 'running') return true
  await engine.at?.('stage:snapshot:during')
  const taken = await rows.beforeDeployment(engine.db, deployment.id)
  const deadline = new Date(Math.min(...taken.map(({ createdAt }) => createdAt.getTime())) + chosen.timeoutS * SECOND_MS)
  if (!taken.some(isOpen)) return end(run, chosen, taken)
  if (engine.now() >= deadline) {
    for (const late of taken.filter(isOpen)) await giveUp(run, late, chosen)
    return end(run, chosen, await rows.beforeDeployment(engine.db, deployment.id))
  }
  const again = (at?: Date) => enqueue(engine.db, { task: 'run-deployment', deploymentId: deployment.id, serviceId: place.serviceId, at })
  await again(deadline)
  // One that ended just before had its word overwritten.
  if (!(await rows.beforeDeployment(engine.db, deployment.id)).some(isOpen)) await again()
  return false
}

function isOpen({ status }: SnapshotRow): boolean {
  return status === 'queued' || status === 'running'
}

/** Asks for all of them at once, and never twice. */
async function ask(run: Run, chosen: DeploySnapshotSettings): Promise<'running' | 'skipped'> {
  const { engine, deployment, place, log } = run
  const nodes = await nodesOf(run, chosen)
  const filled = nodes.filter(({ volume }) => volume.madeAt !== null)
  for (const node of nodes.filter((each) => !filled.includes(each))) log.line('platform', `There is nothing in ${nameOf(node)} yet, so no snapshot of it is taken.`)
  await recordAndTell(run, async (tx) => {
    if (filled.length === 0) return stages.skip(tx, deployment.id, 'snapshot', engine.now())
    await stages.start(tx, deployment.id, 'snapshot', engine.now())
    for (const node of filled) await askFor(tx, run, node)
    await announce(tx, { kind: 'graph', environmentId: place.environmentId })
  })
  if (filled.length === 0) return 'skipped'
  log.line('platform', `Taking ${filled.length === 1 ? 'a snapshot' : 'snapshots'} of ${filled.map(nameOf).join(', ')}`)
  return 'running'
}

async function askFor(tx: Db, { engine, deployment }: Run, node: SnapshotNode): Promise<void> {
  const { environmentId, volume, service } = node
  const snapshotId = newId('snapshot')
  await insert(tx, { id: snapshotId, environmentId, volumeId: volume.id, serviceId: service?.id ?? null, sourceName: nameOf(node), trigger: 'deploy', deploymentId: deployment.id, createdBy: deployment.createdBy, createdAt: engine.now() })
  await enqueue(tx, { task: 'take-snapshot', snapshotId, environmentId })
}

/** Each once. What is not of this environment, or is gone, is told rather than left out: somebody relies on it. */
async function nodesOf({ engine, place }: Run, { of, onFailure }: DeploySnapshotSettings): Promise<SnapshotNode[]> {
  const nodes = new Map<string, SnapshotNode>()
  for (const id of of) {
    const node = id.startsWith('svc_') ? await nodeOfService(engine.db, id) : await nodeOfVolume(engine.db, id)
    if (node?.environmentId === place.environmentId) nodes.set(node.volume.id, node)
    else if (onFailure === 'stop') throw new DeploymentFailure('snapshot_failed', 'A database or volume that a snapshot is to be taken of before this deployment is gone. Choose again in Settings → Snapshots before deploys.')
  }
  return [...nodes.values()]
}

function nameOf({ service, volume }: SnapshotNode): string {
  return service?.name ?? volume.name
}

/** Its time is up; whoever makes it is told to end. */
async function giveUp({ engine }: Run, row: SnapshotRow, { timeoutS }: DeploySnapshotSettings): Promise<void> {
  await fail(engine, row, `It took longer than ${duration(timeoutS * SECOND_MS)}, which is the limit before a deployment.`)
  await announce(engine.db, { kind: 'cancel', id: row.id })
}

async function end(run: Run, chosen: DeploySnapshotSettings, taken: readonly SnapshotRow[]): Promise<true> {
  const { engine, deployment, log } = run
  const missing = taken.filter(({ status }) => status !== 'done').map((row) => `The snapshot of ${row.sourceName} ${row.status === 'failed' ? `failed: ${row.message ?? ''}` : 'was cancelled.'}`)
  const error = missing.length === 0 ? null : missing.join(' ')
  await recordAndTell(run, (tx) => stages.finish(tx, deployment.id, 'snapshot', { status: error === null ? 'done' : 'failed', error, at: engine.now() }))
  if (error !== null && chosen.onFailure === 'stop') throw new DeploymentFailure('snapshot_failed', `${error} Nothing was released.`)
  if (error !== null) log.line('platform', `${error} The deployment goes on, as its settings say.`)
  for (const { volumeId } of taken) await keepLast(run, chosen, volumeId)
  return true
}

/** Those before deployments of this service have a count of their own. */
async function keepLast({ engine, place }: Run, { keep }: DeploySnapshotSettings, volumeId: string | null): Promise<void> {
  const node = volumeId === null ? null : await nodeOfVolume(engine.db, volumeId)
  if (!node) return
  await engine.db.transaction(async (tx) => {
    const all = await rows.beforeDeploymentsOf(tx, { volumeId: node.volume.id, serviceId: place.serviceId })
    await forget(tx, node, pastKeeping(all, { keepCount: keep, keepDays: null }, engine.now()))
  })
}
