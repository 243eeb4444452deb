import { variableReveal } from '../../contract/service'
import { sharedVariableReveal } from '../../contract/variable'
import { replaceExpressions } from '../../domain/expression'
import { AppError } from '../../errors'
import type { PlainVariables } from '../../secrets/sealed-variables'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { holdToRead, holdShared, presentOf } from './holder'

export const revealVariable = implement(variableReveal, async (ctx, { serviceId, key }) => {
  const holder = await holdToRead(ctx, serviceId)
  const revealed = reveal(await presentOf(ctx, holder), key, holder.subject)
  await recordHere(ctx, { type: 'variable.revealed', subject: holder.subject, data: { key } })
  return revealed
})

export const revealSharedVariable = implement(sharedVariableReveal, async (ctx, { environmentId, key }) => {
  const holder = await holdShared(ctx, environmentId)
  const revealed = reveal(await presentOf(ctx, holder), key, holder.subject)
  await recordHere(ctx, { type: 'shared_variable.revealed', subject: holder.subject, data: { key } })
  return revealed
})

function reveal(present: PlainVariables, key: string, subject: string): { key: string; value: string; filled: string } {
  const { value, generated = [] } = demandVariable(present, key, subject)
  let next = 0
  return { key, value, filled: replaceExpressions(value, (expression) => (expression.kind === 'generator' ? (generated[next++] ?? expression.text) : expression.text)) }
}

/** The variable of a key, or `not_found`. */
export function demandVariable(present: PlainVariables, key: string, subject: string): PlainVariables[string] {
  if (!Object.hasOwn(present, key)) throw new AppError('not_found', `${subject} has no variable ${key}.`)
  return present[key]!
}
