import type { z } from 'zod'

import type { DeploymentView } from '../../contract/deployment'
import { canRedeploy } from '../../domain/service-can'
import type { ScopedCtx } from '../context'
import { createDeployment } from '../deployment/create'
import { holdBuild } from '../deployment/kept-build'
import { redeployDeployment } from '../deployment/redeploy'

/** Deploys what a failed deployment was to bring: its build when that is kept, else built anew, from the same ref. */
export async function deployAgain(ctx: ScopedCtx & { scope: { serviceId: string; deploymentId: string } }): Promise<z.input<typeof DeploymentView>> {
  const { serviceId, deploymentId } = ctx.scope
  const { service, former } = await holdBuild(ctx, deploymentId)
  if (canRedeploy(former) === null) return redeployDeployment.run(ctx, { deploymentId })
  const { ref } = former.spec
  return createDeployment.run(ctx, { serviceId, automatic: false, build: 'always', ...(ref !== null && service.source.type === 'git' ? { ref } : {}) })
}
