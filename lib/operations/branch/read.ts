import { branchGet, branchOptions, type BranchOption } from '../../contract/branch'
import { find, rulesOf, wholeSnapshots } from '../../db/queries/branches'
import * as environments from '../../db/queries/environments'
import { nodeOfVolume } from '../../db/queries/snapshots'
import { ofEnvironments } from '../../db/queries/volumes'
import { notFound } from '../../errors'
import { implement } from '../implement'
import { whyNotCopied, whyNotMasked } from './rules'
import { toBranchView } from './view'

export const getBranch = implement(branchGet, async (ctx, { environmentId }) => {
  const row = await find(ctx.db, environmentId)
  return { branch: row && toBranchView(row) }
})

export const listBranchOptions = implement(branchOptions, async (ctx, { environmentId }) => {
  const environment = await environments.find(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const volumes = await ofEnvironments(ctx.db, [environmentId])
  const nodes = (await Promise.all(volumes.map(({ id }) => nodeOfVolume(ctx.db, id)))).filter((node) => node !== null)
  const snapshots = await wholeSnapshots(ctx.db, nodes.map(({ volume }) => volume.id))
  const rules = await rulesOf(ctx.db, nodes.flatMap(({ service }) => service?.id ?? []))
  const { kind } = environment.target
  const items = nodes.map<BranchOption>((node) => ({
    volumeId: node.volume.id,
    serviceId: node.service?.id ?? null,
    name: node.service?.name ?? node.volume.name,
    engine: node.database?.engine ?? null,
    sizeBytes: node.volume.sizeBytes,
    cannotCopy: whyNotCopied(node, kind),
    cannotMask: whyNotMasked(node, kind),
    masks: (node.service && rules.get(node.service.id)) ?? [],
    snapshots: snapshots.filter(({ volumeId }) => volumeId === node.volume.id).map(({ id, createdAt, sizeBytes }) => ({ id, createdAt: createdAt.toISOString(), sizeBytes })),
  }))
  return { items }
})
