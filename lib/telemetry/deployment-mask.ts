import { eq } from 'drizzle-orm'

import type { Database } from '../db/connection'
import { deployments } from '../db/schema/deployment'
import type { Seal } from '../secrets/seal'
import { openEnvironment } from '../secrets/sealed-environment'
import { makeMask, type Mask } from './mask'

const MAX_KEPT = 500

/** The mask of a deployment's runtime log. Its environment is frozen, so one look is enough. */
export function deploymentMasks(db: Database['db'], seal: Seal): (deploymentId: string) => Promise<Mask> {
  const kept = new Map<string, Mask>()
  return async (deploymentId) => {
    const known = kept.get(deploymentId)
    if (known) return known
    const [row] = await db.select({ sealed: deployments.environmentSealed }).from(deployments).where(eq(deployments.id, deploymentId))
    const mask = row?.sealed ? makeMask(openEnvironment(seal, deploymentId, row.sealed).secrets) : (text: string) => text
    if (row?.sealed) {
      if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!)
      kept.set(deploymentId, mask)
    }
    return mask
  }
}
