import { and, eq, isNull } from 'drizzle-orm'

import type { Db } from '../../connection'
import { artifacts, deployments } from '../../schema/deployment'
import { services } from '../../schema/desired'
import { lockService } from './deployments'

export type KeptBuild = Pick<typeof deployments.$inferSelect, 'id' | 'number' | 'spec' | 'recipe' | 'revision'> & Pick<typeof artifacts.$inferSelect, 'kind' | 'targetId' | 'builtWith'> & { artifactId: string }

/** The build of the version that serves, with what it was made of; null when there is none, or it is not kept. */
export async function activeBuild(db: Db, serviceId: string): Promise<KeptBuild | null> {
  const [row] = await db
    .select({
      id: deployments.id,
      number: deployments.number,
      spec: deployments.spec,
      recipe: deployments.recipe,
      revision: deployments.revision,
      artifactId: artifacts.id,
      kind: artifacts.kind,
      targetId: artifacts.targetId,
      builtWith: artifacts.builtWith,
    })
    .from(services)
    .innerJoin(deployments, eq(deployments.id, services.activeDeploymentId))
    .innerJoin(artifacts, eq(artifacts.id, deployments.artifactId))
    .where(and(eq(services.id, serviceId), isNull(artifacts.removedAt)))
  return row ?? null
}

/** Gives a deployment that is being worked on a kept build. False when that was removed a moment ago, or the deployment has ended. */
export function reuse(db: Db, deployment: { id: string; serviceId: string }, kept: Pick<KeptBuild, 'id' | 'artifactId' | 'recipe' | 'revision'>): Promise<boolean> {
  return db.transaction(async (tx) => {
    // Whoever removes builds holds the service: this comes wholly before or wholly after.
    if (!(await lockService(tx, deployment.serviceId))) return false
    const [artifact] = await tx.select({ removedAt: artifacts.removedAt }).from(artifacts).where(eq(artifacts.id, kept.artifactId))
    if (!artifact || artifact.removedAt !== null) return false
    const rows = await tx
      .update(deployments)
      .set({ artifactId: kept.artifactId, recipe: kept.recipe, revision: kept.revision, reusesDeploymentId: kept.id })
      .where(and(eq(deployments.id, deployment.id), eq(deployments.status, 'building')))
      .returning({ id: deployments.id })
    return rows.length === 1
  })
}
