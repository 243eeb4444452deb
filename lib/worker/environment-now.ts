import type { Database } from '../db/connection'
import { byId } from '../db/queries/engine/deployments'
import { openEnvironment } from '../secrets/sealed-environment'
import type { Seal } from '../secrets/seal'

/**
 * What a deployment is said to be given as of now. A database whose password is replaced while it runs was started with the
 * former one; its check asks with the present one. Null when that cannot be known.
 */
export function environmentNow(db: Database['db'], seal: Seal): (deploymentId: string) => Promise<Record<string, string> | null> {
  return async (deploymentId) => {
    const sealed = (await byId(db, deploymentId).catch(() => null))?.environmentSealed
    return sealed ? openEnvironment(seal, deploymentId, sealed).variables : null
  }
}
