import { variableReplace } from '../../contract/service'
import * as environments from '../../db/queries/environments'
import { configure, drawn, lock, type ServiceRow } from '../../db/queries/services'
import * as variables from '../../db/queries/variables'
import { circleFrom } from '../../domain/reference-circle'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import { newId } from '../../ids'
import { openVariable, sealVariable, type PlainVariables } from '../../secrets/sealed-variables'
import { settleIfSame } from '../change/write-configuration'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { demandRevision } from '../service/demand-revision'
import { compareVariables, type Comparison } from './compare'
import { presentVariables } from './present-variables'
import { variablesView } from './view'

/** Replaces all variables of a service. The next deployment takes them; references may lead to what is drawn later. */
export const replaceVariables = implement(variableReplace, async (ctx, { serviceId, variables: wanted, ifRevision }) => {
  // The environment first: two halves of a circle cannot be written at the same time.
  await environments.lock(ctx.db, ctx.scope.environmentId!)
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  await demandRevision(ctx, service, ifRevision)
  const comparison = compareVariables(await presentVariables(ctx, serviceId), wanted)
  refuseProblems(comparison.problems)
  if (comparison.set.length + comparison.removed.length > 0) {
    await refuseCircles(ctx, service, comparison.next)
    await write(ctx, serviceId, comparison)
    await configure(ctx.db, serviceId, {})
    await settleIfSame(ctx, serviceId)
  }
  await recordHere(ctx, { type: 'variables.replaced', subject: service.name, data: { set: comparison.set, removed: comparison.removed } })
  await announce(ctx.db, { kind: 'graph', environmentId: service.environmentId })
  return variablesView(ctx, serviceId)
})

async function write(ctx: ScopedCtx, serviceId: string, { next, set, removed }: Comparison): Promise<void> {
  const rows = set.map((key) => ({ id: newId('variable'), key, valueSealed: sealVariable(ctx.seal, { serviceId, key }, next[key]!.value), secret: next[key]!.secret }))
  await variables.remove(ctx.db, serviceId, removed)
  await variables.put(ctx.db, serviceId, rows, ctx.now())
}

function refuseProblems(problems: Readonly<Record<string, string>>): void {
  const [first] = Object.entries(problems)
  if (!first) return
  const fields = Object.fromEntries(Object.entries(problems).map(([key, message]) => [`variables.${key}`, message]))
  throw new AppError('invalid_input', `${first[0]}: ${first[1]}`, { fields })
}

/** A circle could never be filled in, whatever is drawn later. Other services are opened only when a reference reaches them. */
export async function refuseCircles(ctx: ScopedCtx, service: ServiceRow, next: PlainVariables): Promise<void> {
  const idByName = new Map((await drawn(ctx.db, service.environmentId)).map(({ id, name }) => [name, id]))
  const rows = await variables.ofEnvironments(ctx.db, [service.environmentId])
  const opened = new Map([[service.id, new Map(Object.entries(next).map(([key, { value }]) => [key, value]))]])
  const path = circleFrom(service.name, (name) => {
    const id = idByName.get(name)
    if (id === undefined) return undefined
    const known = opened.get(id) ?? new Map(rows.filter((row) => row.serviceId === id).map((row) => [row.key, openVariable(ctx.seal, row)]))
    opened.set(id, known)
    return known
  })
  if (path === null) return
  const key = path.split(' → ')[0]!.split('.').at(-1)!
  const message = `The references form a circle: ${path}. Break it at one of them.`
  throw new AppError('invalid_input', message, { fields: { [Object.hasOwn(next, key) ? `variables.${key}` : 'variables']: message } })
}
