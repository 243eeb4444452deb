import { settle } from '../../db/queries/changes'
import { configure, lock } from '../../db/queries/services'
import { put, remove } from '../../db/queries/variables'
import { differences, isSame, type Configuration } from '../../domain/change'
import { newId } from '../../ids'
import { sealVariable } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { beginInspection } from '../service/inspect'
import { standingsOf, type Standing } from './load-changes'

/** Sets a service that is held to a configuration, and says so if that is what is deployed. */
export async function writeConfiguration(ctx: ScopedCtx, { service, wanted, deployed }: Standing, next: Configuration): Promise<void> {
  const keys = new Set([...Object.keys(wanted.variables), ...Object.keys(next.variables)])
  const set = [...keys].filter((key) => Object.hasOwn(next.variables, key) && !(Object.hasOwn(wanted.variables, key) && isSame(wanted.variables[key], next.variables[key])))
  const removed = [...keys].filter((key) => !Object.hasOwn(next.variables, key))
  const rows = set.map((key) => ({ id: newId('variable'), key, valueSealed: sealVariable(ctx.seal, { serviceId: service.id, key }, next.variables[key]!.value), secret: next.variables[key]!.secret }))
  await remove(ctx.db, service.id, removed)
  await put(ctx.db, service.id, rows, ctx.now())
  await configure(ctx.db, service.id, { source: next.source, settings: next.settings })
  if (deployed && differences(deployed.configuration, next).length === 0) await settle(ctx.db, service.id, deployed.configRevision)
  if (!isSame(service.source, next.source)) await beginInspection(ctx, service, null)
}

/** After something was set: a service that is set as it is deployed has no change. */
export async function settleIfSame(ctx: ScopedCtx, serviceId: string): Promise<void> {
  const service = await lock(ctx.db, serviceId)
  const [standing] = service ? await standingsOf(ctx, [service]) : []
  if (standing?.deployed && standing.isChanged && differences(standing.deployed.configuration, standing.wanted).length === 0) await settle(ctx.db, serviceId, standing.deployed.configRevision)
}
