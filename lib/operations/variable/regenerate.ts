import { sharedVariableRegenerate, variableRegenerate } from '../../contract/variable'
import { settle } from '../../domain/generate'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { applyChange } from './change'
import { holdService, holdShared, presentOf, type Holder } from './holder'
import { loadLandscape } from './landscape'
import { demandVariable } from './reveal'
import { sharedVariablesView } from './shared-view'
import { variablesView } from './view'

export const regenerateVariable = implement(variableRegenerate, async (ctx, { serviceId, key }) => {
  const holder = await holdService(ctx, serviceId)
  await regenerate(ctx, holder, key)
  await recordHere(ctx, { type: 'variable.regenerated', subject: holder.subject, data: { key } })
  return variablesView(ctx, serviceId)
})

export const regenerateSharedVariable = implement(sharedVariableRegenerate, async (ctx, { environmentId, key }) => {
  const holder = await holdShared(ctx, environmentId)
  await regenerate(ctx, holder, key)
  await recordHere(ctx, { type: 'shared_variable.regenerated', subject: holder.subject, data: { key } })
  return sharedVariablesView(ctx, environmentId)
})

async function regenerate(ctx: ScopedCtx, holder: Holder, key: string): Promise<void> {
  const present = await presentOf(ctx, holder)
  const former = demandVariable(present, key, holder.subject)
  const generated = settle(former.value, undefined)
  if (generated.length === 0) throw new AppError('not_now', `${key} has no generator such as \${{secret(32)}}, so there is nothing to generate anew.`)
  await applyChange(ctx, holder, { next: { ...present, [key]: { ...former, generated } }, set: [key], removed: [], land: await loadLandscape(ctx, holder.environmentId) })
}
