import { variableReveal } from '../../contract/service'
import { find as findService } from '../../db/queries/services'
import { find } from '../../db/queries/variables'
import { AppError, notFound } from '../../errors'
import { openVariable } from '../../secrets/sealed-variables'
import { implement } from '../implement'
import { recordHere } from '../record-here'

export const revealVariable = implement(variableReveal, async (ctx, { serviceId, key }) => {
  const service = await findService(ctx.db, serviceId)
  if (!service) throw notFound('service')
  const row = await find(ctx.db, serviceId, key)
  if (!row) throw new AppError('not_found', `${service.name} has no variable ${key}.`)
  await recordHere(ctx, { type: 'variable.revealed', subject: service.name, data: { key } })
  return { key, value: openVariable(ctx.seal, row) }
})
