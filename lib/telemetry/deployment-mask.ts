import { eq } from 'drizzle-orm'

import type { Database } from '../db/connection'
import { deployments } from '../db/schema/deployment'
import type { Seal } from '../secrets/seal'
import { openEnvironment } from '../secrets/sealed-environment'
import { makeMask, type Mask } from './mask'

const MAX_KEPT = 500

/** A password that is replaced while its database runs is known this much later. */
const BELIEVED_MS = 10_000

type Kept = { mask: Mask; secrets: readonly string[]; at: number }

/** The mask of a deployment's runtime log: of every secret it is given now, and was given before as far as this process has seen. */
export function deploymentMasks(db: Database['db'], seal: Seal, now: () => number = () => performance.now()): (deploymentId: string) => Promise<Mask> {
  const kept = new Map<string, Kept>()
  return async (deploymentId) => {
    const known = kept.get(deploymentId)
    if (known && now() - known.at < BELIEVED_MS) return known.mask
    const [row] = await db.select({ sealed: deployments.environmentSealed }).from(deployments).where(eq(deployments.id, deploymentId))
    if (!row?.sealed) return known?.mask ?? ((text) => text)
    const secrets = [...new Set([...(known?.secrets ?? []), ...openEnvironment(seal, deploymentId, row.sealed).secrets])]
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value!)
    kept.set(deploymentId, { mask: makeMask(secrets), secrets, at: now() })
    return kept.get(deploymentId)!.mask
  }
}
