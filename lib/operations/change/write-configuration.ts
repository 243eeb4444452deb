import { settle } from '../../db/queries/changes'
import { configure, configureAll, lock, type ServiceRow } from '../../db/queries/services'
import { put, remove } from '../../db/queries/variables'
import * as volumes from '../../db/queries/volumes'
import { differences, isSame, isSameVariable, type Configuration } from '../../domain/change'
import type { FrozenMount } from '../../domain/mount'
import { AppError } from '../../errors'
import { newId } from '../../ids'
import { sealPlain } from '../../secrets/sealed-variables'
import type { ScopedCtx } from '../context'
import { demandNoRotation } from '../rotation/demand-none'
import { beginInspection } from '../service/inspect'
import { loadLandscape, servicesChangedBy } from '../variable/landscape'
import { attach } from '../volume/attach-to'
import { standingsOf, type Standing } from './load-changes'

/** Sets a service that is held to a configuration, and says so if that is what is deployed. Services whose values change with its variables count as changed. */
export async function writeConfiguration(ctx: ScopedCtx, { service, wanted, deployed }: Standing, next: Configuration): Promise<void> {
  await demandNoRotation(ctx, service)
  const keys = new Set([...Object.keys(wanted.variables), ...Object.keys(next.variables)])
  const set = [...keys].filter((key) => Object.hasOwn(next.variables, key) && !(Object.hasOwn(wanted.variables, key) && isSameVariable(wanted.variables[key], next.variables[key])))
  const removed = [...keys].filter((key) => !Object.hasOwn(next.variables, key))
  const rows = set.map((key) => ({ id: newId('variable'), key, ...sealPlain(ctx.seal, { serviceId: service.id, key }, next.variables[key]!) }))
  await remove(ctx.db, service.id, removed)
  await put(ctx.db, service.id, rows, ctx.now())
  await writeMounts(ctx, service, { wanted, next })
  await configure(ctx.db, service.id, { source: next.source, settings: next.settings })
  if (deployed && differences(deployed.configuration, next).length === 0) await settle(ctx.db, service.id, deployed.configRevision)
  const keysChanged = [...set, ...removed]
  if (keysChanged.length > 0) await configureAll(ctx.db, servicesChangedBy(ctx, await loadLandscape(ctx, service.environmentId), { name: service.name, keys: keysChanged }).map(({ id }) => id))
  if (!isSame(service.source, next.source)) await beginInspection(ctx, service, null)
}

async function writeMounts(ctx: ScopedCtx, service: ServiceRow, { wanted, next }: Record<'wanted' | 'next', Configuration>): Promise<void> {
  const isIn = (mounts: Configuration['mounts']) => ({ volumeId, path }: FrozenMount) => mounts.some((mount) => mount.volumeId === volumeId && mount.path === path)
  for (const { volumeId } of wanted.mounts.filter((mount) => !isIn(next.mounts)(mount))) await volumes.configure(ctx.db, volumeId, { serviceId: null, mountPath: null })
  for (const { volumeId, name, path } of next.mounts.filter((mount) => !isIn(wanted.mounts)(mount))) {
    const volume = await volumes.lock(ctx.db, volumeId)
    if (!volume) throw new AppError('not_now', `The volume ${name} was deleted, so it cannot be attached to ${service.name} again.`)
    await attach(ctx, volume, { service, path })
  }
}

/** After something was set: a service that is set as it is deployed has no change. */
export async function settleIfSame(ctx: ScopedCtx, serviceId: string): Promise<void> {
  const service = await lock(ctx.db, serviceId)
  const [standing] = service ? await standingsOf(ctx, [service]) : []
  if (standing?.deployed && standing.isChanged && differences(standing.deployed.configuration, standing.wanted).length === 0) await settle(ctx.db, serviceId, standing.deployed.configRevision)
}
