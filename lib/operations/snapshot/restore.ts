import { snapshotRestore } from '../../contract/snapshot'
import { lock as lockEnvironment } from '../../db/queries/environments'
import * as rotations from '../../db/queries/rotations'
import { insertRestore, lock, nodeOfService, nodeOfVolume, openOf, openRestore, type SnapshotNode, type SnapshotRow } from '../../db/queries/snapshots'
import { lock as lockVolume } from '../../db/queries/volumes'
import { ENGINES, lineOf } from '../../domain/engine/engines'
import { freeSpot } from '../../domain/free-spot'
import { restoreProblem, takesOwnLogin } from '../../domain/snapshot'
import { hasNetwork } from '../../domain/target'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { createService } from '../service/create'
import { placesIn } from '../service/places'
import { drawVolume } from '../volume/draw-volume'
import { nodeNamed } from './node-of'
import { restoreView } from './view'

/** Asks for a restore; the worker looks the snapshot through before it touches anything. */
export const restoreSnapshot = implement(snapshotRestore, async (ctx, { snapshotId, serviceId, volumeId, asNew, name }) => {
  // As a rotation that begins does: each looks whether the other is on its way.
  await lockEnvironment(ctx.db, ctx.scope.environmentId!)
  const snapshot = await lock(ctx.db, snapshotId)
  if (!snapshot) throw notFound('snapshot')
  if (snapshot.status !== 'done') throw new AppError('not_now', snapshot.status === 'failed' ? 'This snapshot failed and holds nothing. Choose another one.' : 'This snapshot is still being made. Wait until it is.')
  const { environmentId } = snapshot
  const node = asNew ? await drawNew(ctx, snapshot, name) : await nodeNamed(ctx.db, { environmentId, ...targetOf(snapshot, { serviceId, volumeId }) })
  await lockVolume(ctx.db, node.volume.id)
  const called = node.service?.name ?? node.volume.name
  const problem = restoreProblem({ ...snapshot, format: snapshot.format! }, node.database)
  if (problem !== null) throw new AppError('not_now', problem)
  if (await openRestore(ctx.db, { volumeId: node.volume.id })) throw new AppError('not_now', `${called} is being restored already. Wait until that has ended.`)
  if (node.service && (await rotations.openOf(ctx.db, node.service.id)) !== null) throw new AppError('not_now', `The password of ${called} is being rotated. Wait until that has ended, or cancel it, then restore.`)
  if (await openOf(ctx.db, node.volume.id)) throw new AppError('not_now', `A snapshot of ${called} is being taken. Wait until it is.`)
  const id = newId('restore')
  await insertRestore(ctx.db, { id, environmentId, snapshotId, volumeId: node.volume.id, serviceId: node.service?.id ?? null, isNew: asNew, createdBy: ctx.actor.userId, createdAt: ctx.now() })
  await enqueue(ctx.db, { task: 'restore-snapshot', restoreId: id, environmentId })
  await recordHere(ctx, { type: 'snapshot.restoring', subject: called, serviceId: node.service?.id ?? null, data: { snapshot: snapshotId } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return restoreView(ctx.db, id)
})

type Wish = { serviceId?: string | undefined; volumeId?: string | undefined }

function targetOf(snapshot: SnapshotRow, wish: Wish): Wish {
  if (wish.serviceId !== undefined || wish.volumeId !== undefined) return wish
  if (snapshot.volumeId === null) throw new AppError('not_now', `${snapshot.sourceName} is gone. Restore its snapshot as a new one, or say into what.`)
  return { volumeId: snapshot.volumeId }
}

/** A database with credentials of its own, or a volume, whose content is the snapshot's. */
async function drawNew(ctx: ScopedCtx, { environmentId, engine, version, sourceName }: SnapshotRow, name: string | undefined): Promise<SnapshotNode> {
  const environment = await lockEnvironment(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  if (engine !== null && hasNetwork(environment.target.kind) && !takesOwnLogin(engine)) {
    throw new AppError('not_now', `In containers, a snapshot of ${ENGINES[engine].word} is its files, which hold the passwords of ${sourceName}; a new database would have others. Restore it into ${sourceName} itself.`)
  }
  if (engine !== null && version !== null) {
    const service = await createService.run(ctx, { environmentId, source: { type: 'database', engine, version: lineOf(engine, version) }, ...(name === undefined ? {} : { name }) })
    return (await nodeOfService(ctx.db, service.id))!
  }
  const spot = freeSpot(await placesIn(ctx.db, environmentId))
  const volume = await drawVolume(ctx, environmentId, { name: name ?? `${sourceName} restored`.slice(0, 60), isNameGiven: name !== undefined, ...spot, limitMib: null, attachTo: null })
  return (await nodeOfVolume(ctx.db, volume.id))!
}
