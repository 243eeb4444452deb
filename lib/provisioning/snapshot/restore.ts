import { join } from 'node:path'
import { Readable } from 'node:stream'

import type { Db } from '../../db/connection'
import { copyOfRestore } from '../../db/queries/branches'
import { holdLocks, snapshotLock } from '../../db/queries/engine/advisory-lock'
import { noteMade } from '../../db/queries/engine/volumes'
import * as rows from '../../db/queries/engine/snapshots'
import { find as findService, lock as lockService, want } from '../../db/queries/services'
import { insert, lockRestore, nodeOfVolume, type RestoreRow, type SnapshotNode, type SnapshotRow } from '../../db/queries/snapshots'
import { RESTORE_OPEN, restoreProblem, type RestoreStatus } from '../../domain/snapshot'
import { AppError, isAppError } from '../../errors'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { failureIn } from '../deploy/disk-full'
import type { Engine } from '../engine'
import { putMasked } from './masked'
import { keptOf, unpack, verify } from './pack'
import { removeFolder } from './scratch'
import { homeOf, variablesOf, versionOf, writersTo, type VolumeHome } from './source'
import { storeOf } from './store-of'
import { aboutNode, fail, make } from './take'
import { asVolume } from './to-volume'
import { Ended, isCancelled, isForLater, whileWanted, type Attempt } from './while-wanted'

// Puts a snapshot in the place of what a volume holds: looked through first, then what uses the volume is stopped, what is
// there is copied, and the content takes its place, then it is started again. Nobody waits: what takes its time is looked at
// again, so a worker that dies is followed by one that goes on, and what was copied is not copied twice.

const STOP_MS = 180_000
const START_MS = 300_000
const LOST = 'The platform failed while it was restored. The log of the worker says more.'

type Work = { restore: RestoreRow; snapshot: SnapshotRow; node: SnapshotNode; home: VolumeHome }

/** Takes a restore as far as it comes now. `busy`: it has to be looked at again soon. */
export async function restoreSnapshot(engine: Engine, id: string, attempt: Attempt): Promise<'done' | 'busy'> {
  const restore = await rows.restoreById(engine.db, id)
  if (!isOpen(restore)) return 'done'
  const lock = await holdLocks(engine.sql, snapshotLock(restore.volumeId))
  if (!lock) return 'busy'
  try {
    const isWanted = async () => isOpen(await rows.restoreById(engine.db, id))
    return await whileWanted(engine, { id, attempt, lock, isWanted }, (signal) => work(engine, restore, signal))
  } catch (thrown) {
    const error = saidWhenFull(thrown, restore)
    // Whoever cancelled it has started again what was stopped.
    if (isCancelled(error)) return 'done'
    if (isForLater(error, attempt, isAppError(error))) throw error
    engine.log.warn({ restore: id, cause: error }, 'a restore failed')
    await failRestore(engine, id, isAppError(error) ? error.message : LOST)
  } finally {
    await lock.release()
  }
  return 'done'
}

/** A full disk does not empty itself, and what was stopped is not to wait for it. */
function saidWhenFull(error: unknown, { status }: RestoreRow): unknown {
  if (isAppError(error) || failureIn(error)?.reason !== 'disk_full') return error
  return new AppError('unavailable', `There is no space left on the disk that holds the data of Easel. ${status === 'replacing' ? '' : 'Nothing was replaced. '}Free some on the machine that runs it, then restore again.`, { cause: error })
}

function isOpen(restore: RestoreRow | null): restore is RestoreRow {
  return restore !== null && (RESTORE_OPEN as readonly RestoreStatus[]).includes(restore.status)
}

async function work(engine: Engine, restore: RestoreRow, signal: AbortSignal): Promise<'done' | 'busy'> {
  const snapshot = restore.snapshotId === null ? null : await rows.snapshotById(engine.db, restore.snapshotId)
  const node = await nodeOfVolume(engine.db, restore.volumeId)
  if (!node) throw new AppError('not_found', 'The volume is gone.')
  if (snapshot?.status !== 'done') throw new AppError('not_found', 'The snapshot is gone.')
  const home = await homeOf(engine, node)
  const all: Work = { restore, snapshot, node, home }
  if (restore.status === 'queued') await lookThrough(engine, all, signal)
  if (restore.status === 'running' || restore.status === 'replacing') {
    if (!(await stopWriters(engine, all, signal))) return 'busy'
    await replace(engine, all, signal)
    await begin(engine, all)
  }
  return (await isWell(engine, all, signal)) ? finish(engine, all) : 'busy'
}

/** Refuses what cannot be restored here before anything is touched. */
async function lookThrough(engine: Engine, { restore, snapshot, node }: Work, signal: AbortSignal): Promise<void> {
  const problem = restoreProblem({ ...snapshot, format: snapshot.format! }, node.database)
  if (problem !== null) throw new AppError('invalid_input', problem)
  await verify(await storeOf(engine, snapshot), { id: snapshot.id, kept: keptOf(snapshot) }, signal)
  await step(engine, restore, 'running')
}

const BEFORE = { running: ['queued', 'running'], replacing: ['running', 'replacing'], starting: ['replacing', 'starting'] } as const satisfies Partial<Record<RestoreStatus, readonly RestoreStatus[]>>

/** A cancel that came first wins. */
async function step(engine: Engine, restore: RestoreRow, status: keyof typeof BEFORE, tx: Db = engine.db): Promise<void> {
  const now = { status, stepAt: engine.now(), startedAt: restore.startedAt ?? engine.now() }
  if (!(await rows.moveRestore(tx, restore.id, { from: BEFORE[status], ...now }))) throw new Ended('cancelled')
  Object.assign(restore, now)
  await announce(tx, { kind: 'graph', environmentId: restore.environmentId })
}

async function replace(engine: Engine, { restore, snapshot, node, home }: Work, signal: AbortSignal): Promise<void> {
  const kept = keptOf(snapshot)
  await keepFormer(engine, { restore, snapshot, node, home }, signal)
  await home.volumes.ensure({ name: home.name, environmentId: node.environmentId, owner: null }, signal)
  await engine.at?.('restore:replace')
  const content = await unpack(await storeOf(engine, snapshot), { id: snapshot.id, kept }, signal)
  const version = node.database ? await versionOf(home, node.database, signal) : ''
  const scratch = engine.paths.scratch(restore.id)
  const isOfProcesses = home.volumes.where(home.name) !== null
  const fresh = { program: engine.databasePrograms.server, env: await variablesOf(engine, node), version, folder: join(scratch, 'fresh'), isOfProcesses }
  const rules = (await copyOfRestore(engine.db, restore))?.masks ?? []
  const put = async (tar: Readable) => {
    const noReturn = () => step(engine, restore, 'replacing')
    // A folder takes the place of the other when all of it is there; a container's volume is emptied first.
    if (!isOfProcesses) await noReturn()
    await home.volumes.restore(home.name, isOfProcesses ? followed(tar, noReturn) : tar, signal)
  }
  const work = rules.length === 0 ? put : (tar: Readable) => putMasked(engine, { tar, rules, environmentId: restore.environmentId, database: node.database, fresh, scratch, put }, signal)
  try {
    await asVolume({ content, contentBytes: kept.contentBytes, format: snapshot.format!, engine: snapshot.engine, version: snapshot.version }, fresh, signal, work)
  } finally {
    await removeFolder(scratch)
  }
  await noteMade(engine.db, node.volume.id, engine.now())
}

/** A content that ends only when something else is done as well. */
function followed(content: Readable, work: () => Promise<void>): Readable {
  async function* both() {
    yield* content as AsyncIterable<Buffer>
    await work()
  }
  return Readable.from(both(), { objectMode: false })
}

/** What may write to the volume is stopped, and noted before, so that it is started again whoever dies. Whether all of it has stopped. */
async function stopWriters(engine: Engine, { restore, node, home }: Work, signal: AbortSignal): Promise<boolean> {
  const writers = await writersTo(home, node.environmentId, signal)
  if (writers.length === 0) return true
  if (engine.now().getTime() - restore.stepAt!.getTime() > STOP_MS) throw new AppError('unavailable', 'What uses the volume did not stop in time. Nothing was replaced. Stop it by hand, then restore again.')
  await engine.db.transaction(async (tx) => {
    if (!isOpen(await lockRestore(tx, restore.id))) throw new Ended('cancelled')
    for (const serviceId of new Set(writers.map((writer) => writer.serviceId))) {
      const service = await lockService(tx, serviceId)
      if (service?.desired !== 'running') continue
      restore.stopped = [...new Set([...(restore.stopped ?? []), serviceId])]
      await want(tx, serviceId, 'stopped', engine.now())
    }
    await rows.noteRestore(tx, restore.id, { stopped: restore.stopped })
    await enqueue(tx, { task: 'reconcile', environmentId: node.environmentId })
  })
  return false
}

/** What is there is copied before it goes. */
async function keepFormer(engine: Engine, { restore, node }: Work, signal: AbortSignal): Promise<void> {
  if (restore.isNew || node.volume.madeAt === null) return
  const former = restore.safetySnapshotId === null ? null : await rows.snapshotById(engine.db, restore.safetySnapshotId)
  if (former?.status === 'done') return
  const row = former ?? (await drawSafety(engine, restore, node))
  try {
    await make(engine, { row, node }, signal)
  } catch (cause) {
    signal.throwIfAborted()
    await fail(engine, row, isAppError(cause) ? cause.message : LOST)
    throw new AppError('unavailable', `What is there now could not be copied first, so nothing was replaced. ${isAppError(cause) ? cause.message : ''}`.trim(), { cause })
  }
}

async function drawSafety(engine: Engine, restore: RestoreRow, node: SnapshotNode): Promise<SnapshotRow> {
  const id = newId('snapshot')
  await engine.db.transaction(async (tx) => {
    await insert(tx, { id, environmentId: node.environmentId, volumeId: node.volume.id, serviceId: node.service?.id ?? null, sourceName: node.service?.name ?? node.volume.name, trigger: 'safety', createdBy: restore.createdBy, createdAt: engine.now() })
    await rows.noteRestore(tx, restore.id, { safetySnapshotId: id })
  })
  restore.safetySnapshotId = id
  return (await rows.snapshotById(engine.db, id))!
}

/** What was stopped for it runs again. */
async function begin(engine: Engine, { restore }: Work): Promise<void> {
  await engine.db.transaction(async (tx) => {
    await step(engine, restore, 'starting', tx)
    await startStopped(engine, tx, restore)
  })
}

async function startStopped({ now }: Engine, tx: Db, { stopped, environmentId }: RestoreRow): Promise<void> {
  for (const serviceId of stopped ?? []) if ((await lockService(tx, serviceId))?.desired === 'stopped') await want(tx, serviceId, 'running', now())
  await enqueue(tx, { task: 'reconcile', environmentId })
  await announce(tx, { kind: 'graph', environmentId })
}

/** Whether what was started again is. What runs by the clock runs when it is due. */
async function isWell(engine: Engine, { restore, node, home }: Work, signal: AbortSignal): Promise<boolean> {
  const seen = await home.driver.observe(node.environmentId, signal)
  for (const id of restore.stopped ?? []) {
    const service = await findService(engine.db, id)
    const isUp = seen.some((each) => each.serviceId === id && each.phase === 'running' && each.health !== 'unhealthy')
    if (isUp || service?.desired !== 'running' || service.settings.cron !== null) continue
    if (engine.now().getTime() - restore.stepAt!.getTime() <= START_MS) return false
    throw new AppError('unavailable', 'The content was replaced, but what uses it has not become healthy since. Look at its log; the safety snapshot holds what was there before.')
  }
  return true
}

async function finish(engine: Engine, { restore, node }: Work): Promise<'done'> {
  await engine.db.transaction(async (tx) => {
    await rows.moveRestore(tx, restore.id, { from: ['starting'], status: 'done', finishedAt: engine.now(), message: null })
    await record(tx, 'platform', { ...aboutNode(node), type: 'snapshot.restored', data: { snapshot: restore.snapshotId } })
    await announce(tx, { kind: 'graph', environmentId: node.environmentId })
  })
  return 'done'
}

/** Ends a restore that cannot go on; what was stopped for it runs again. */
export async function failRestore(engine: Engine, id: string, message: string): Promise<void> {
  const restore = await rows.restoreById(engine.db, id)
  if (!restore) return
  const node = await nodeOfVolume(engine.db, restore.volumeId)
  await engine.db.transaction(async (tx) => {
    if (!(await rows.moveRestore(tx, id, { from: RESTORE_OPEN, status: 'failed', message, finishedAt: engine.now() }))) return
    if (restore.status !== 'starting') await startStopped(engine, tx, restore)
    if (node) await record(tx, 'platform', { ...aboutNode(node), type: 'snapshot.restore_failed', data: { snapshot: restore.snapshotId, message } })
  })
}
