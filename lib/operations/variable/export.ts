import { sharedVariableExport, variableExport } from '../../contract/variable'
import { formatEnv } from '../../domain/env-file'
import type { PlainVariables } from '../../secrets/sealed-variables'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { holdToRead, holdShared, presentOf } from './holder'

export const exportVariables = implement(variableExport, async (ctx, { serviceId }) => {
  const holder = await holdToRead(ctx, serviceId)
  const present = await presentOf(ctx, holder)
  await recordHere(ctx, { type: 'variables.exported', subject: holder.subject, data: { keys: Object.keys(present) } })
  return { text: textOf(present) }
})

export const exportSharedVariables = implement(sharedVariableExport, async (ctx, { environmentId }) => {
  const holder = await holdShared(ctx, environmentId)
  const present = await presentOf(ctx, holder)
  await recordHere(ctx, { type: 'shared_variables.exported', subject: holder.subject, data: { keys: Object.keys(present) } })
  return { text: textOf(present) }
})

/** As they were written, references and generators included: imported again, it changes nothing. */
function textOf(variables: PlainVariables): string {
  return formatEnv(Object.entries(variables).map(([key, { value }]) => ({ key, value })))
}
