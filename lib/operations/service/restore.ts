import { serviceRestore } from '../../contract/service'
import * as environments from '../../db/queries/environments'
import { join, present } from '../../db/queries/groups'
import { leaving, type ServiceRow } from '../../db/queries/services'
import { lock } from '../../db/queries/volumes'
import { AppError, isAppError, notFound } from '../../errors'
import type { ScopedCtx } from '../context'
import { bringBackHostNames } from '../domain/bring-back'
import { implement } from '../implement'
import { attach } from '../volume/attach-to'
import { checkSettings } from './check-settings'
import { checkSource } from './check-source'
import { drawService } from './create'
import { keyOf } from './draw'
import { openKeepsake, type KeptService } from './keepsake'
import { serviceView } from './view'

/**
 * Draws a deleted service again: another one of the same name, settings, variables and host names, with an address of its own. What of it
 * somebody has taken since, such as its name, its volume or a host name, stays with them.
 */
export const restoreService = implement(serviceRestore, async (ctx, { environmentId, ticket }) => {
  const environment = await environments.lock(ctx.db, environmentId)
  if (!environment) throw notFound('environment')
  const { groupId, mounts, hostNames, former, ...kept } = openKeepsake(ctx, { environmentId, ticket })
  // Its name is taken until then, and what refers to it would find nothing by another one.
  const key = keyOf(environment.target.kind)
  if ((await leaving(ctx.db, environmentId)).some((name) => key(name) === key(kept.name))) throw new AppError('unavailable', `${kept.name} is still being removed. Try again when it is gone.`)
  const free = await freeAmong(ctx, mounts)
  await checkSource(ctx, kept.source, environment)
  checkSettings(kept.settings, kept.source, { kind: environment.target.kind, volumes: free.map(({ name }) => name) })
  const service = await drawService(ctx, environment, kept)
  if (groupId !== null && (await present(ctx.db, environmentId, [groupId])).has(groupId)) await join(ctx.db, groupId, [service.id])
  for (const mount of free) await attachAgain(ctx, service, mount)
  const missingHostNames = await bringBackHostNames(ctx, { service, former }, hostNames)
  return { ...(await serviceView(ctx, service.id)), missingHostNames }
})

type Mount = KeptService['mounts'][number]

/** Volumes that were neither deleted nor attached to another service since. */
async function freeAmong(ctx: ScopedCtx, mounts: readonly Mount[]): Promise<Mount[]> {
  const free: Mount[] = []
  for (const mount of mounts) if ((await lock(ctx.db, mount.volumeId))?.serviceId === null) free.push(mount)
  return free
}

/** Another one may still run with a volume that it has lost: that is to be tried again, and is no reason to give the service up. */
async function attachAgain(ctx: ScopedCtx, service: ServiceRow, { volumeId, path }: Mount): Promise<void> {
  try {
    await attach(ctx, (await lock(ctx.db, volumeId))!, { service, path })
  } catch (error) {
    throw isAppError(error) && error.code === 'not_now' ? new AppError('unavailable', error.message) : error
  }
}
