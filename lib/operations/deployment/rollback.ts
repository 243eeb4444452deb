import { deploymentRollback } from '../../contract/deployment'
import { frozenVariables } from '../../db/queries/deployments'
import type { ServiceRow } from '../../db/queries/services'
import { ENGINES } from '../../domain/engine/engines'
import { canRollBack } from '../../domain/service-can'
import { openFrozen, type PlainVariables } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { demand } from '../demand'
import { implement } from '../implement'
import { holdDeploys } from '../service/hold'
import { presentVariables } from '../variable/present-variables'
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
    variables: { ...openFrozen(ctx.seal, former.id, sealed!), ...(await loginOf(ctx, service)) },
    configRevision: former.configRevision,
    reused: former,
  })
  if (hold) await holdDeploys(ctx, service, `Rolled back to deployment ${former.number}.`)
  return deploymentView(ctx, id)
})

/** A former version of a database works on the data of now, which knows the login of now. */
async function loginOf(ctx: ScopedCtx, { id, source }: ServiceRow): Promise<PlainVariables> {
  if (source.type !== 'database') return {}
  const { user, password } = ENGINES[source.engine].login
  return Object.fromEntries(Object.entries(await presentVariables(ctx, id)).filter(([key]) => key === user || key === password))
}
