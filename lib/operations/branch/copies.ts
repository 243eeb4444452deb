import type { z } from 'zod'

import type { environmentBranch } from '../../contract/branch'
import { keepRules, rulesOf } from '../../db/queries/branches'
import type { PlacedEnvironment } from '../../db/queries/environments'
import { find as findSnapshot, type SnapshotNode } from '../../db/queries/snapshots'
import type { MaskRule } from '../../domain/mask'
import type { BranchCopy } from '../../domain/branch'
import { restoreProblem } from '../../domain/snapshot'
import { AppError, notFound } from '../../errors'
import type { ScopedCtx } from '../context'
import { demand } from '../demand'
import { nodeNamed } from '../snapshot/node-of'
import { checkMasks } from './check-masks'
import type { Drawn } from './draw-after'
import { whyNotCopied, whyNotMasked, whyNotPutElsewhere } from './rules'

type Wish = z.output<typeof environmentBranch.input>['data'][number]
/** What is to be copied, found to be possible. */
export type Planned = { node: SnapshotNode; from: 'now' | 'snapshot'; snapshotId: string | null; masks: MaskRule[] }

/** What was asked for, held against what there is. Holds nothing. */
export async function planCopies(ctx: ScopedCtx, source: PlacedEnvironment, wishes: readonly Wish[]): Promise<Planned[]> {
  const planned: Planned[] = []
  for (const wish of wishes) {
    const node = await nodeNamed(ctx.db, { environmentId: source.id, serviceId: wish.serviceId, volumeId: wish.volumeId })
    const name = node.service?.name ?? node.volume.name
    if (planned.some((other) => other.node.volume.id === node.volume.id)) throw new AppError('invalid_input', `data: ${name} is named twice. Say once what it begins with.`, { fields: { data: `${name} is named twice.` } })
    const snapshotId = await chosen(ctx, source, { wish, node })
    const masks = node.database && node.service ? (wish.masks ?? (await rulesOf(ctx.db, [node.service.id])).get(node.service.id) ?? []) : (wish.masks ?? [])
    if (masks.length > 0) {
      demand(whyNotMasked(node, source.target.kind))
      await checkMasks(ctx, node, masks)
    }
    planned.push({ node, from: wish.from, snapshotId, masks })
  }
  return planned
}

/** The snapshot that is to be restored; null where one is taken for it. */
async function chosen(ctx: ScopedCtx, source: PlacedEnvironment, { wish, node }: { wish: Wish; node: SnapshotNode }): Promise<string | null> {
  if (wish.from === 'now') {
    if (wish.snapshotId !== undefined) throw new AppError('invalid_input', 'data: A snapshot is named, and the data of now is asked for. Choose one of both.', { fields: { data: 'Names a snapshot and asks for the data of now.' } })
    demand(whyNotCopied(node, source.target.kind))
    return null
  }
  if (wish.snapshotId === undefined) throw new AppError('invalid_input', 'data: Say which snapshot is meant.', { fields: { data: 'Names no snapshot.' } })
  const snapshot = await findSnapshot(ctx.db, wish.snapshotId)
  if (!snapshot || snapshot.environmentId !== source.id) throw notFound('snapshot')
  if (snapshot.status !== 'done') throw new AppError('not_now', 'This snapshot is not complete, so nothing can be copied from it. Choose another one.')
  demand(whyNotPutElsewhere(node, source.target.kind))
  demand(restoreProblem({ ...snapshot, format: snapshot.format! }, node.database))
  return snapshot.id
}

/** The same as the branch has it, and the rules for the next one. */
export async function toCopies(ctx: ScopedCtx, planned: readonly Planned[], drawn: Drawn): Promise<BranchCopy[]> {
  const copies: BranchCopy[] = []
  for (const { node, from, snapshotId, masks } of planned) {
    const volume = drawn.volumes.get(node.volume.id)
    if (!volume) throw notFound('volume')
    const service = node.service ? drawn.services.get(node.service.id) : undefined
    if (service && node.service) {
      await keepRules(ctx.db, node.service.id, masks)
      await keepRules(ctx.db, service.id, masks)
    }
    copies.push({ volumeId: volume.id, serviceId: service?.id ?? null, name: service?.name ?? volume.name, engine: node.database?.engine ?? null, sourceVolumeId: node.volume.id, from, snapshotId, restoreId: null, step: 'waiting', masks })
  }
  return copies
}
