import { isDeepStrictEqual } from 'node:util'

import { deploymentRedeploy } from '../../contract/deployment'
import { canRedeploy } from '../../domain/service-can'
import { demand } from '../demand'
import { implement } from '../implement'
import { presentVariables } from '../variable/present-variables'
import { enqueueDeployment } from './enqueue-deployment'
import { holdBuild } from './kept-build'
import { deploymentView } from './view'

/** The kept build with the settings and variables of now. */
export const redeployDeployment = implement(deploymentRedeploy, async (ctx, { deploymentId }) => {
  const { service, former } = await holdBuild(ctx, deploymentId)
  demand(canRedeploy(former))
  // Of another source than the service has now, the result still differs from what is set.
  const isUpToDate = former.configRevision === service.configRevision || isDeepStrictEqual(former.spec.source, service.source)
  const id = await enqueueDeployment(ctx, service, {
    trigger: 'redeploy',
    spec: { ...former.spec, settings: service.settings },
    variables: await presentVariables(ctx, service.id),
    configRevision: isUpToDate ? service.configRevision : former.configRevision,
    reused: former,
  })
  return deploymentView(ctx, id)
})
