import { deploymentRollback } from '../../contract/deployment'
import { frozenVariables } from '../../db/queries/deployments'
import { canRollBack } from '../../domain/service-can'
import { openFrozen } from '../../secrets/sealed-variables'
import { demand } from '../demand'
import { implement } from '../implement'
import { holdDeploys } from '../service/hold'
import { enqueueDeployment } from './enqueue-deployment'
import { holdBuild } from './kept-build'
import { deploymentView } from './view'

/** The kept build with the settings and variables it had: nothing is built, and what is set now stays for later. */
export const rollBackDeployment = implement(deploymentRollback, async (ctx, { deploymentId, hold }) => {
  const { service, former } = await holdBuild(ctx, deploymentId)
  demand(canRollBack({ ...former, wasActive: former.activatedAt !== null }))
  const sealed = await frozenVariables(ctx.db, former.id)
  const id = await enqueueDeployment(ctx, service, {
    trigger: 'rollback',
    spec: former.spec,
    variables: openFrozen(ctx.seal, former.id, sealed!),
    configRevision: former.configRevision,
    reused: former,
  })
  if (hold) await holdDeploys(ctx, service, `Rolled back to deployment ${former.number}.`)
  return deploymentView(ctx, id)
})
