import { variableSetBack } from '../../contract/service'
import { isSameVariable } from '../../domain/change'
import { AppError } from '../../errors'
import type { PlainVariables } from '../../secrets/sealed-variables'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import type { Comparison } from './compare'
import { applyChange, demandPossible } from './change'
import { holdService, presentOf } from './holder'
import { openReplacement, type Replacement } from './replacement'
import { variablesView } from './view'

/** Sets variables to what they were before a replacement, or after it, while they are what the other end of it says. */
export const setVariablesBack = implement(variableSetBack, async (ctx, { serviceId, ticket, to }) => {
  const holder = await holdService(ctx, serviceId)
  const { keys, before, after } = openReplacement(ctx, { serviceId, ticket })
  const present = await presentOf(ctx, holder)
  const [from, wanted] = to === 'before' ? [after, before] : [before, after]
  const changed = keys.find((key) => !isSameVariable(own(present, key), own(from, key)))
  if (changed !== undefined) throw new AppError('conflict', `Somebody has changed ${changed} since.`)
  const comparison = toComparison(present, { keys, wanted })
  await applyChange(ctx, holder, { ...comparison, land: await demandPossible(ctx, holder, comparison) })
  await recordHere(ctx, { type: 'variables.replaced', subject: holder.subject, data: { set: comparison.set, removed: comparison.removed } })
  return variablesView(ctx, serviceId)
})

function own(all: PlainVariables, key: string) {
  return Object.hasOwn(all, key) ? all[key]! : null
}

/** Others stay as they are; a generator gives again what it gave. */
function toComparison(present: PlainVariables, { keys, wanted }: Pick<Replacement, 'keys'> & { wanted: PlainVariables }): Comparison {
  const kept = Object.fromEntries(Object.entries(present).filter(([key]) => !keys.includes(key)))
  return { next: { ...kept, ...wanted }, set: Object.keys(wanted), removed: keys.filter((key) => Object.hasOwn(present, key) && !Object.hasOwn(wanted, key)), problems: {} }
}
