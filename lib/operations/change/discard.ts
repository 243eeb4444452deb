import { changeDiscard } from '../../contract/change'
import { holdServicesOf } from '../../db/queries/changes'
import * as environments from '../../db/queries/environments'
import { isDiscardable, withFieldOf, type Configuration } from '../../domain/change'
import { groupBy } from '../../domain/group-by'
import { AppError, notFound } from '../../errors'
import { announce } from '../../events/announce'
import type { ScopedCtx } from '../context'
import { implement } from '../implement'
import { recordHere } from '../record-here'
import { presentVariables } from '../variable/present-variables'
import { refuseCircles, refuseLost } from '../variable/change'
import { demandSame } from './demand-same'
import { standingsOf, toChangesView, type Standing } from './load-changes'
import { writeConfiguration } from './write-configuration'

/** Sets things back to what is deployed. What is no change any more is passed over: somebody else may have been faster. */
export const discardChanges = implement(changeDiscard, async (ctx, { environmentId, items, fingerprint }) => {
  const environment = await environments.lock(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const standings = await standingsOf(ctx, await holdServicesOf(ctx.db, environmentId))
  demandSame(standings, fingerprint)
  const discarded: Standing[] = []
  for (const [serviceId, own] of groupBy(items, (item) => item.serviceId)) {
    const standing = standings.find(({ service }) => service.id === serviceId)
    if (!standing) throw notFound('service')
    if (await discard(ctx, standing, own.some(({ field }) => field === undefined) ? null : own.map(({ field }) => field!))) discarded.push(standing)
  }
  for (const { service, wanted } of discarded) {
    const present = await presentVariables(ctx, service.id)
    await refuseCircles(ctx, service, present)
    await refuseLost(ctx, service, Object.keys(wanted.variables).filter((key) => !Object.hasOwn(present, key)))
  }
  await recordHere(ctx, { type: 'changes.discarded', subject: environment.name, data: { services: discarded.map(({ service }) => service.name) } })
  await announce(ctx.db, { kind: 'graph', environmentId })
  return toChangesView(await standingsOf(ctx, await holdServicesOf(ctx.db, environmentId)))
})

/** `fields`: null for all. Answers whether anything was set back. */
async function discard(ctx: ScopedCtx, standing: Standing, fields: readonly string[] | null): Promise<boolean> {
  const { service, deployed, wanted, isChanged } = standing
  if (deployed === null) throw new AppError('not_now', `${service.name} was never deployed, so there is nothing to set it back to. Delete it if it is not wanted.`)
  if (!isChanged) return false
  const known = new Set(standing.differences.map(({ field }) => field))
  const meant = fields === null ? [...known] : fields.filter((field) => known.has(field))
  if (meant.length === 0) return false
  if (fields !== null && !meant.every(isDiscardable)) throw new AppError('not_now', `The name of ${service.name}, or what it refers to, takes effect with its next deployment. Rename it back, or set back what it refers to.`)
  const next = meant.filter(isDiscardable).reduce<Configuration>((configuration, field) => withFieldOf(configuration, deployed.configuration, field), wanted)
  await writeConfiguration(ctx, standing, next)
  return true
}
