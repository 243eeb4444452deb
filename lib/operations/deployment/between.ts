import { deploymentBetween } from '../../contract/deployment'
import { between } from '../../db/queries/deployments'
import { implement } from '../implement'

/** What charts draw as lines. */
export const listDeploymentsBetween = implement(deploymentBetween, async (ctx, { environmentId, serviceId, from, until }) => {
  const rows = await between(ctx.db, { environmentId, serviceId: serviceId ?? null, from: new Date(from), until: new Date(until) })
  return { items: rows.map((row) => ({ ...row, at: row.at.toISOString() })) }
})
