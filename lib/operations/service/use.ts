import { environmentUse, serviceUse, type UseView } from '../../contract/use'
import { usesOf, usesOfEnvironment, type UseRow } from '../../db/queries/uses'
import { implement } from '../implement'

/** What was not measured for so long is no news any more. */
const FRESH_MS = 60_000

export const getServiceUse = implement(serviceUse, async (ctx, { serviceId }) => {
  const rows = await usesOf(ctx.db, serviceId, new Date(ctx.now().getTime() - FRESH_MS))
  return { uses: rows.map(viewOf) }
})

export const getEnvironmentUse = implement(environmentUse, async (ctx, { environmentId }) => ({
  services: await usesOfEnvironment(ctx.db, environmentId, new Date(ctx.now().getTime() - FRESH_MS)),
}))

function viewOf(row: UseRow): UseView {
  return {
    part: row.part,
    deploymentId: row.deploymentId,
    deploymentNumber: row.deploymentNumber,
    at: row.at.toISOString(),
    memory: { bytes: row.memoryBytes, limitBytes: row.memoryLimitBytes },
    cpu: { milli: row.cpuMilli, limitMilli: row.cpuLimitMilli },
    processes: { count: row.pids, limit: row.pidsLimit },
  }
}
