import * as environments from '../../db/queries/environments'
import { configure, lock, type ServiceRow } from '../../db/queries/services'
import * as shared from '../../db/queries/shared-variables'
import * as variables from '../../db/queries/variables'
import { SHARED } from '../../domain/reference'
import { notFound } from '../../errors'
import { newId } from '../../ids'
import { openVariables, sealPlain, type PlainVariables, type VariableOwner } from '../../secrets/sealed-variables'
import { settleIfSame } from '../change/write-configuration'
import type { ScopedCtx } from '../context'
import { demandNoRotation } from '../rotation/demand-none'
import { demandRevision } from '../service/demand-revision'
import type { Comparison } from './compare'

/** Whose variables are changed: those of a service, or those that all services of an environment share. */
export type Holder = {
  owner: VariableOwner
  /** What references call it. */
  name: string
  environmentId: string
  /** What the activity calls it. */
  subject: string
}

/** Holds a service until the transaction ends; its environment before, so that two halves of a circle are not written at once. */
export async function holdService(ctx: ScopedCtx, serviceId: string, ifRevision?: number): Promise<Holder> {
  const service = await held(ctx, serviceId)
  await demandRevision(ctx, service, ifRevision)
  await demandNoRotation(ctx, service)
  return holderOf(service)
}

/** The same to look at them only, which may be done at any time. */
export async function holdToRead(ctx: ScopedCtx, serviceId: string): Promise<Holder> {
  return holderOf(await held(ctx, serviceId))
}

async function held(ctx: ScopedCtx, serviceId: string): Promise<ServiceRow> {
  await environments.lock(ctx.db, ctx.scope.environmentId!)
  const service = await lock(ctx.db, serviceId)
  if (!service) throw notFound('service')
  return service
}

function holderOf({ id, name, environmentId }: ServiceRow): Holder {
  return { owner: { serviceId: id }, name, environmentId, subject: name }
}

/** Holds what an environment shares. */
export async function holdShared(ctx: ScopedCtx, environmentId: string): Promise<Holder> {
  const environment = await environments.lock(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  return { owner: { environmentId }, name: SHARED, environmentId, subject: environment.name }
}

/** Its variables as they are. */
export async function presentOf(ctx: ScopedCtx, { owner }: Pick<Holder, 'owner'>): Promise<PlainVariables> {
  return openVariables(ctx.seal, 'serviceId' in owner ? await variables.ofService(ctx.db, owner.serviceId) : await shared.ofEnvironments(ctx.db, [owner.environmentId]))
}

/** Writes what changes of them. */
export async function writeTo(ctx: ScopedCtx, { owner }: Holder, { next, set, removed }: Pick<Comparison, 'next' | 'set' | 'removed'>): Promise<void> {
  const rows = set.map((key) => ({ key, ...sealPlain(ctx.seal, { ...owner, key }, next[key]!) }))
  if ('serviceId' in owner) {
    await variables.remove(ctx.db, owner.serviceId, removed)
    await variables.put(ctx.db, owner.serviceId, rows.map((row) => ({ id: newId('variable'), ...row })), ctx.now())
    await configure(ctx.db, owner.serviceId, {})
    await settleIfSame(ctx, owner.serviceId)
  } else {
    await shared.remove(ctx.db, owner.environmentId, removed)
    await shared.put(ctx.db, owner.environmentId, rows.map(({ scope: _scope, ...row }) => ({ id: newId('sharedVariable'), ...row })), ctx.now())
  }
}
