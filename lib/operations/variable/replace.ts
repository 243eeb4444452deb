import { variableReplace } from '../../contract/service'
import { sharedVariableReplace } from '../../contract/variable'
import { versionOf } from '../../db/queries/shared-variables'
import { AppError } from '../../errors'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { replaceIn } from './change'
import { holdService, holdShared, presentOf } from './holder'
import { sealReplacement } from './replacement'
import { sharedVariablesView } from './shared-view'
import { variablesView } from './view'

/** Replaces all variables of a service. The next deployment takes them. */
export const replaceVariables = implement(variableReplace, async (ctx, { serviceId, variables, ifRevision, keep }) => {
  const holder = await holdService(ctx, serviceId, ifRevision)
  const before = keep ? await presentOf(ctx, holder) : {}
  const { next, set, removed } = await replaceIn(ctx, holder, variables)
  await recordHere(ctx, { type: 'variables.replaced', subject: holder.subject, data: { set, removed } })
  const ticket = keep ? sealReplacement(ctx, { serviceId, before, after: next, keys: [...set, ...removed] }) : null
  return { ...(await variablesView(ctx, serviceId)), ticket }
})

/** Replaces what all services of an environment may refer to. */
export const replaceSharedVariables = implement(sharedVariableReplace, async (ctx, { environmentId, variables, ifVersion }) => {
  const holder = await holdShared(ctx, environmentId)
  if (ifVersion !== undefined && ifVersion !== (await versionOf(ctx.db, environmentId))) {
    throw new AppError('conflict', 'Somebody changed the shared variables meanwhile. Look at what is set now, then make your change again.')
  }
  const { set, removed } = await replaceIn(ctx, holder, variables)
  await recordHere(ctx, { type: 'shared_variables.replaced', subject: holder.subject, data: { set, removed } })
  return sharedVariablesView(ctx, environmentId)
})
