import type { RunView } from '../../contract/run'
import { find, type ShownRun } from '../../db/queries/runs'
import { isOpen } from '../../domain/run-status'
import { notFound } from '../../errors'
import type { Ctx } from '../context'
import { toRunSummary } from '../service/node'

export function toRunView(run: ShownRun): RunView {
  const { startedAt, finishedAt } = run
  return {
    ...toRunSummary(run),
    serviceId: run.serviceId,
    deploymentId: run.deploymentId,
    deploymentNumber: run.deploymentNumber,
    durationMs: startedAt && finishedAt ? Math.max(0, finishedAt.getTime() - startedAt.getTime()) : null,
    exitSignal: run.exitSignal,
    message: run.message,
    isEnding: run.endAskedAt !== null && isOpen(run.status),
    createdBy: run.person,
  }
}

/** Reads a run and shows it. */
export async function runView(ctx: Pick<Ctx, 'db'>, id: string): Promise<RunView> {
  const run = await find(ctx.db, id)
  if (!run) throw notFound('run')
  return toRunView(run)
}
