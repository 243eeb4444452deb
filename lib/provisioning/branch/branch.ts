import type { Db } from '../../db/connection'
import * as branches from '../../db/queries/branches'
import { find as findEnvironment, type PlacedEnvironment } from '../../db/queries/environments'
import * as rows from '../../db/queries/engine/snapshots'
import { insert as insertSnapshot, insertRestore, nodeOfVolume } from '../../db/queries/snapshots'
import type { BranchCopy } from '../../domain/branch'
import { AppError, isAppError } from '../../errors'
import { announce } from '../../events/announce'
import { record } from '../../events/record'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import type { Engine } from '../engine'

// Copies of data on their way into a new environment. A copy is a snapshot that is restored into a volume nobody has used yet, and
// removed. Where each is, is written in one row; a look moves each as far as it comes, in one transaction that touches nothing
// but the database, so whoever dies is followed by somebody who looks again. Taking and restoring are jobs of their own.

type Turn = { engine: Engine; tx: Db; branch: branches.BranchRow; environment: PlacedEnvironment }

/** Moves the copies of a branch as far as they come now. `wait`: it has to be looked at again soon. */
export async function lookAtBranch(engine: Engine, environmentId: string): Promise<'done' | 'wait'> {
  const end = await engine.db.transaction(async (tx) => {
    const branch = await branches.lock(tx, environmentId)
    const environment = branch?.status === 'running' ? await findEnvironment(tx, environmentId) : null
    return branch && environment ? look({ engine, tx, branch, environment }) : 'done'
  })
  await removeStrayCopies(engine)
  return end
}

async function look(turn: Turn): Promise<'done' | 'wait'> {
  const { tx, branch } = turn
  const problems: string[] = []
  const copies: BranchCopy[] = []
  for (const copy of branch.copies) {
    copies.push(
      await moved(turn, copy).catch((cause: unknown) => {
        if (!isAppError(cause)) throw cause
        problems.push(cause.message)
        return { ...copy, step: 'waiting' as const, restoreId: null, ...(copy.from === 'now' ? { snapshotId: null } : {}) }
      }),
    )
  }
  const isOver = copies.every(({ step }) => step === 'done')
  if (JSON.stringify(copies) !== JSON.stringify(branch.copies)) await announce(tx, { kind: 'graph', environmentId: branch.environmentId })
  await branches.change(tx, branch.environmentId, { copies })
  if (problems.length > 0) return stop(turn, problems.join(' '))
  return isOver ? finish(turn) : 'wait'
}

async function moved(turn: Turn, copy: BranchCopy): Promise<BranchCopy> {
  switch (copy.step) {
    case 'waiting':
      return copy.from === 'snapshot' ? { ...copy, step: 'copying' } : askForSnapshot(turn, copy)
    case 'copying':
      return fillWhenTaken(turn, copy)
    case 'filling':
      return endWhenFilled(turn, copy)
    case 'done':
      return copy
  }
}

async function askForSnapshot({ engine, tx, branch }: Turn, copy: BranchCopy): Promise<BranchCopy> {
  const node = await nodeOfVolume(tx, copy.sourceVolumeId)
  if (!node) throw new AppError('not_found', `${copy.name} could not be copied: it is gone from ${branch.sourceName}. Cancel the copies, then it begins empty.`)
  const snapshotId = newId('snapshot')
  const { environmentId, volume, service } = node
  await insertSnapshot(tx, { id: snapshotId, environmentId, volumeId: volume.id, serviceId: service?.id ?? null, sourceName: service?.name ?? volume.name, trigger: 'branch', createdBy: branch.createdBy, createdAt: engine.now() })
  await enqueue(tx, { task: 'take-snapshot', snapshotId, environmentId })
  return { ...copy, snapshotId, step: 'copying' }
}

async function fillWhenTaken({ engine, tx, branch, environment }: Turn, copy: BranchCopy): Promise<BranchCopy> {
  const snapshot = copy.snapshotId === null ? null : await rows.snapshotById(tx, copy.snapshotId)
  if (snapshot?.status === 'queued' || snapshot?.status === 'running') return copy
  if (snapshot?.status === 'failed') throw new AppError('unavailable', `${copy.name} could not be copied: ${snapshot.message ?? 'nobody knows why.'}`)
  if (snapshot?.status !== 'done') throw new AppError('not_found', `${copy.name} could not be copied: the snapshot it was to be made of is gone.`)
  if (!(await nodeOfVolume(tx, copy.volumeId))) throw new AppError('not_found', `${copy.name} was deleted before its data was there. Cancel the copies.`)
  const restoreId = newId('restore')
  await insertRestore(tx, { id: restoreId, environmentId: environment.id, snapshotId: snapshot.id, volumeId: copy.volumeId, serviceId: copy.serviceId, isNew: true, createdBy: branch.createdBy, createdAt: engine.now() })
  await enqueue(tx, { task: 'restore-snapshot', restoreId, environmentId: environment.id })
  return { ...copy, restoreId, step: 'filling' }
}

async function endWhenFilled({ tx }: Turn, copy: BranchCopy): Promise<BranchCopy> {
  const restore = copy.restoreId === null ? null : await rows.restoreById(tx, copy.restoreId)
  if (restore?.status === 'done') return { ...copy, step: 'done', ...(copy.from === 'now' ? { snapshotId: null } : {}) }
  if (restore && restore.status !== 'failed') return copy
  throw new AppError('unavailable', `The copy of ${copy.name} could not be put in its place: ${restore?.message ?? 'it is gone.'}`)
}

/** It waits for a person. What is on its way ends by itself and is found there when somebody tries again. */
async function stop(turn: Turn, message: string): Promise<'done'> {
  await branches.change(turn.tx, turn.environment.id, { status: 'failed', message })
  await tell(turn, 'branch.failed', { message })
  return 'done'
}

async function finish(turn: Turn): Promise<'done'> {
  await branches.change(turn.tx, turn.environment.id, { status: 'done', message: null, finishedAt: turn.engine.now() })
  // What was deployed meanwhile waits for its data.
  await enqueue(turn.tx, { task: 'reconcile', environmentId: turn.environment.id })
  await tell(turn, 'branch.finished', { from: turn.branch.sourceName, copies: turn.branch.copies.map(({ name }) => name) })
  return 'done'
}

async function tell({ tx, environment }: Turn, type: 'branch.finished' | 'branch.failed', data: Record<string, unknown>): Promise<void> {
  const { id: environmentId, name: subject, project } = environment
  await record(tx, 'platform', { type, subject, environmentId, projectId: project.id, organizationId: project.organizationId, data })
  await announce(tx, { kind: 'graph', environmentId })
}

/** Removes snapshots that were taken for a branch, once no branch needs them: it has its data, was cancelled, or is gone. */
export async function removeStrayCopies({ db }: Pick<Engine, 'db'>): Promise<void> {
  const strays = await branches.strays(db)
  if (strays.length === 0) return
  await db.transaction(async (tx) => {
    await rows.markRemoving(tx, strays.map(({ id }) => id))
    for (const { id, environmentId } of strays) await enqueue(tx, { task: 'remove-snapshot', snapshotId: id, environmentId })
  })
}

/** Goes on with branches that nobody is at. */
export async function resumeBranches({ db, log }: Engine): Promise<void> {
  for (const environmentId of await branches.abandoned(db)) {
    log.warn({ environment: environmentId }, 'nobody is at a branch, it goes on')
    await enqueue(db, { task: 'branch', environmentId })
  }
}
