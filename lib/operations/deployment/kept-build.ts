import { holdKept } from '../../db/queries/artifacts'
import { find, type ShownDeployment } from '../../db/queries/deployments'
import { lock, type ServiceRow } from '../../db/queries/services'
import { notFound } from '../../errors'
import type { ScopedCtx } from '../context'

/** A deployment with its service, both held, and whether its build is on this machine now and stays until the end of this. */
export async function holdBuild(ctx: ScopedCtx, deploymentId: string): Promise<{ service: ServiceRow; former: ShownDeployment }> {
  const service = await lock(ctx.db, ctx.scope.serviceId!)
  const former = service && (await find(ctx.db, deploymentId))
  if (!former) throw notFound('deployment')
  const isGone = former.artifact === 'kept' && (await holdKept(ctx.db, former.artifactId!)) === null
  return { service, former: isGone ? { ...former, artifact: 'removed' } : former }
}
