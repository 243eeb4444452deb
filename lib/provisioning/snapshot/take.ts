import type { Db } from '../../db/connection'
import { holdLocks, snapshotLock } from '../../db/queries/engine/advisory-lock'
import * as rows from '../../db/queries/engine/snapshots'
import { nodeOfVolume, openRestore, planOf, type SnapshotNode, type SnapshotRow } from '../../db/queries/snapshots'
import { pastKeeping } from '../../domain/snapshot'
import { isAppError } from '../../errors'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { enqueue } from '../../queue/jobs'
import { wakeDeployment } from '../../queue/wake-deployment'
import type { Engine } from '../engine'
import { keep } from './pack'
import { sourceOf } from './source'
import { storeOf } from './store-of'
import { isCancelled, isForLater, whileWanted, type Attempt } from './while-wanted'

const REMOVE_MS = 60_000
const GONE = 'What it was to be made of is gone.'
const LOST = 'The platform failed while it was made. Take it again; the log of the worker says more.'

/** Makes a snapshot that is waited for. `busy`: something else is done with its volume now. */
export async function takeSnapshot(engine: Engine, id: string, attempt: Attempt): Promise<'done' | 'busy'> {
  const row = await rows.snapshotById(engine.db, id)
  if (row?.status === 'cancelled') await removeBytes(engine, row)
  if (!row || !isOpen(row)) return 'done'
  const node = row.volumeId === null ? null : await nodeOfVolume(engine.db, row.volumeId)
  if (!node) {
    await fail(engine, row, GONE)
    return 'done'
  }
  if ((await openRestore(engine.db, { volumeId: node.volume.id })) || (await isBeingReplaced(engine, row, node))) return 'busy'
  const lock = await holdLocks(engine.sql, snapshotLock(node.volume.id))
  if (!lock) return 'busy'
  try {
    const isWanted = async () => isOpen(await rows.snapshotById(engine.db, id))
    await whileWanted(engine, { id, attempt, lock, isWanted }, (signal) => make(engine, { row, node }, signal))
    await applyPlan(engine, node)
  } catch (error) {
    if (isCancelled(error)) {
      await removeBytes(engine, row)
      return 'done'
    }
    if (isForLater(error, attempt, isAppError(error))) throw error
    engine.log.warn({ snapshot: id, cause: error }, 'a snapshot failed')
    await fail(engine, row, isAppError(error) ? error.message : LOST)
  } finally {
    await lock.release()
  }
  return 'done'
}

/** Deployed together with what waits for this, a database answers in a moment. */
async function isBeingReplaced({ db }: Engine, { trigger }: SnapshotRow, { service }: SnapshotNode): Promise<boolean> {
  return trigger === 'deploy' && service !== null && rows.isReleasing(db, service.id)
}

function isOpen(row: SnapshotRow | null): boolean {
  return row?.status === 'queued' || row?.status === 'running'
}

/** Takes away what there is of one that nobody wants. */
async function removeBytes(engine: Engine, { id, storeId }: Pick<SnapshotRow, 'id' | 'storeId'>): Promise<void> {
  const remove = async () => (await storeOf(engine, { storeId })).remove(id, AbortSignal.timeout(REMOVE_MS))
  await remove().catch((cause: unknown) => engine.log.warn({ snapshot: id, cause }, 'what there was of a snapshot could not be removed'))
}

/** Makes it, from the start whatever was there of it. Hold its volume before. */
export async function make(engine: Engine, { row, node }: { row: SnapshotRow; node: SnapshotNode }, signal: AbortSignal): Promise<void> {
  if (!(await rows.begin(engine.db, row.id, engine.now()))) return
  await announce(engine.db, { kind: 'graph', environmentId: row.environmentId })
  const store = await storeOf(engine, row)
  const { content, remark, ...made } = await sourceOf(engine, node, signal)
  const kept = await keep(store, { id: row.id, content }, signal)
  await engine.at?.('snapshot:kept')
  const isTold = await engine.db.transaction(async (tx) => {
    if (!(await rows.end(tx, row.id, { status: 'done', message: remark, ...made, ...kept, finishedAt: engine.now() }))) return false
    await record(tx, 'platform', { ...aboutNode(node), type: 'snapshot.taken', data: { snapshot: row.id, sizeBytes: kept.sizeBytes, trigger: row.trigger } })
    await announce(tx, { kind: 'graph', environmentId: row.environmentId })
    await wakeDeployment(tx, row.deploymentId)
    return true
  })
  // Its row went while it was made, with its environment or by somebody's hand.
  if (!isTold) await store.remove(row.id, signal)
}

/** What a fact about a node names. */
export function aboutNode({ volume, service, projectId, organizationId, environmentId }: SnapshotNode) {
  return { subject: service?.name ?? volume.name, organizationId, projectId, environmentId, serviceId: service?.id ?? null }
}

/** Writes that it could not be made. */
export async function fail(engine: Engine, row: SnapshotRow, message: string): Promise<void> {
  const { id, environmentId, volumeId, sourceName, deploymentId } = row
  await removeBytes(engine, row)
  const node = volumeId === null ? null : await nodeOfVolume(engine.db, volumeId)
  await engine.db.transaction(async (tx) => {
    if (!(await rows.end(tx, id, { status: 'failed', message, finishedAt: engine.now() }))) return
    await record(tx, 'platform', { ...(node ? aboutNode(node) : { environmentId }), subject: sourceName, type: 'snapshot.failed', data: { snapshot: id, message } })
    await announce(tx, { kind: 'graph', environmentId })
    await wakeDeployment(tx, deploymentId)
  })
}

/** Removes those that its plan does not keep any more, now that there is another one. */
async function applyPlan({ db, now }: Engine, node: SnapshotNode): Promise<void> {
  const plan = await planOf(db, node.volume.id)
  if (!plan) return
  await db.transaction(async (tx) => forget(tx, node, pastKeeping(await rows.scheduledOf(tx, node.volume.id), plan, now())))
}

/** Has these of a node removed, besides those that a restore needs. */
export async function forget(tx: Db, node: SnapshotNode, ids: readonly string[]): Promise<void> {
  const needed = await rows.neededByRestores(tx, ids)
  const past = ids.filter((id) => !needed.has(id))
  await rows.markRemoving(tx, past)
  for (const snapshotId of past) {
    await enqueue(tx, { task: 'remove-snapshot', snapshotId, environmentId: node.environmentId })
    await record(tx, 'platform', { ...aboutNode(node), type: 'snapshot.deleted', data: { snapshot: snapshotId } })
  }
}

/** Removes the bytes of one that is not wanted any more, then its row. */
export async function removeSnapshot(engine: Engine, id: string, signal: AbortSignal): Promise<void> {
  const row = await rows.snapshotById(engine.db, id)
  if (row && row.status !== 'removing') return
  // One whose row is gone was on the disk, or is found by the next look at its store.
  const store = await storeOf(engine, row ?? { storeId: null })
  await store.remove(id, signal)
  await rows.removeRow(engine.db, id)
}
