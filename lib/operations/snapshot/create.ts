import { snapshotCreate } from '../../contract/snapshot'
import { lock as lockVolume } from '../../db/queries/volumes'
import { countOf, insert } from '../../db/queries/snapshots'
import { AppError } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { enqueue } from '../../queue/jobs'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { nodeNamed } from './node-of'
import { demandStore, whyNotTaken } from './rules'
import { snapshotView } from './view'

const MAX_SNAPSHOTS = 5_000

/** Asks for a snapshot; the worker makes it. */
export const createSnapshot = implement(snapshotCreate, async (ctx, { storeId, ...named }) => {
  const node = await nodeNamed(ctx.db, named)
  await lockVolume(ctx.db, node.volume.id)
  demand(await whyNotTaken(ctx.db, node))
  await demandStore(ctx, storeId ?? null)
  const { environmentId, service, volume } = node
  if ((await countOf(ctx.db, environmentId)) >= MAX_SNAPSHOTS) throw new AppError('limit_exceeded', `An environment has at most ${MAX_SNAPSHOTS} snapshots. Delete some that are no longer needed.`)
  const id = newId('snapshot')
  const sourceName = service?.name ?? volume.name
  await insert(ctx.db, { id, environmentId, volumeId: volume.id, serviceId: service?.id ?? null, sourceName, trigger: 'manual', storeId: storeId ?? null, createdBy: ctx.actor.userId, createdAt: ctx.now() })
  await enqueue(ctx.db, { task: 'take-snapshot', snapshotId: id, environmentId })
  await recordHere(ctx, { type: 'snapshot.queued', subject: sourceName, serviceId: service?.id ?? null, data: { snapshot: id } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return snapshotView(ctx.db, id)
})
