import { deploymentCreate } from '../../contract/deployment'
import * as environments from '../../db/queries/environments'
import { lock } from '../../db/queries/services'
import { canDeploy, canDeployAutomatically } from '../../domain/service-can'
import { AppError, notFound } from '../../errors'
import { demand } from '../demand'
import { implement } from '../implement'
import { noteRevision } from '../revision/note'
import { presentVariables } from '../variable/present-variables'
import { enqueueDeployment } from './enqueue-deployment'
import { deploymentView } from './view'

/** Freezes what the service is now; what changes afterwards is for the next deployment. */
export const createDeployment = implement(deploymentCreate, async (ctx, { serviceId, ref, automatic }) => {
  // The environment first, as whoever deploys several of its services at once does.
  await environments.lock(ctx.db, ctx.scope.environmentId!)
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  demand(canDeploy(service))
  if (automatic) demand(canDeployAutomatically(service.hold))
  if (ref !== undefined && service.source.type !== 'git') {
    throw new AppError('invalid_input', 'ref: Only a service with a git source has branches, tags and commits. Deploy without it.', { fields: { ref: 'Only a git source has branches, tags and commits.' } })
  }
  await noteRevision(ctx, service)
  const id = await enqueueDeployment(ctx, service, {
    trigger: automatic ? 'automatic' : 'manual',
    spec: { source: service.source, settings: service.settings, ref: ref ?? null },
    variables: await presentVariables(ctx, serviceId),
    configRevision: service.configRevision,
    reused: null,
  })
  return deploymentView(ctx, id)
})
