import { branchCancel, branchRetry } from '../../contract/branch'
import { change, lock, type BranchRow } from '../../db/queries/branches'
import * as environments from '../../db/queries/environments'
import { cannotCancel, cannotRetry } from '../../domain/branch'
import { notFound } from '../../errors'
import { announce } from '../../events/announce'
import { enqueue } from '../../queue/jobs'
import type { ScopedCtx } from '../context'
import { demand } from '../demand'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { branchView } from './view'

/** Goes on where it stopped: what is there already is not copied again. */
export const retryBranch = implement(branchRetry, async (ctx, { environmentId }) => {
  const { branch, name } = await hold(ctx, environmentId)
  demand(cannotRetry(branch.status))
  await change(ctx.db, environmentId, { status: 'running', message: null })
  await enqueue(ctx.db, { task: 'branch', environmentId })
  await recordHere(ctx, { type: 'branch.retried', subject: name })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return branchView(ctx.db, environmentId)
})

/** What is there stays, also what is being put into its place this moment; all else begins empty. */
export const cancelBranch = implement(branchCancel, async (ctx, { environmentId }) => {
  const { branch, name } = await hold(ctx, environmentId)
  demand(cannotCancel(branch.status))
  await change(ctx.db, environmentId, { status: 'cancelled', message: null, finishedAt: ctx.now() })
  // What was kept from starting until its copy is there may start; snapshots that were taken for it go.
  await enqueue(ctx.db, { task: 'branch', environmentId })
  await enqueue(ctx.db, { task: 'reconcile', environmentId })
  await recordHere(ctx, { type: 'branch.cancelled', subject: name })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return branchView(ctx.db, environmentId)
})

async function hold(ctx: ScopedCtx, environmentId: string): Promise<{ branch: BranchRow; name: string }> {
  const environment = await environments.lock(ctx.db, environmentId)
  const branch = environment && (await lock(ctx.db, environmentId))
  if (!branch) throw notFound('branch')
  return { branch, name: environment.name }
}
