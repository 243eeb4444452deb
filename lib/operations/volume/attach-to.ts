import { configure as configureService, type ServiceRow } from '../../db/queries/services'
import { configure, holdersOf, ofService, type VolumeRow } from '../../db/queries/volumes'
import { mountPathProblem, overlap, volumeVariable } from '../../domain/mount'
import { misfits } from '../../domain/settings-fit'
import { AppError } from '../../errors'
import type { ScopedCtx } from '../context'
import { recordHere } from '../record-here'

const MAX_MOUNTS = 20

/** Attaches a volume that is held, or moves it to another path, from the next deployment of the service on. Hold the service before. */
export async function attach(ctx: ScopedCtx, volume: VolumeRow, { service, path }: { service: ServiceRow; path: string }): Promise<void> {
  refusePath(path)
  if (service.environmentId !== volume.environmentId) throw new AppError('invalid_input', 'serviceId: A volume and its service are in the same environment.', { fields: { serviceId: 'Is in another environment.' } })
  const others = (await ofService(ctx.db, service.id)).filter(({ id }) => id !== volume.id)
  if (others.length >= MAX_MOUNTS) throw new AppError('limit_exceeded', `A service has at most ${MAX_MOUNTS} volumes. Detach one first.`)
  const near = others.find(({ mountPath }) => overlap(mountPath!, path))
  if (near) throw new AppError('conflict', `${service.name} already has the volume ${near.name} at ${near.mountPath}. Choose a path that is not inside of that or around it.`, { fields: { path: `Is taken by ${near.name}.` } })
  const alike = others.find(({ name }) => volumeVariable(name) === volumeVariable(volume.name))
  if (alike) throw new AppError('conflict', `${service.name} already has the volume ${alike.name}, and both would be told to it in the variable ${volumeVariable(alike.name)}. Rename one of them.`)
  const [misfit] = misfits(service.settings, null, [volume.name])
  if (misfit) throw new AppError('not_now', misfit.message)
  if (volume.serviceId !== null && volume.serviceId !== service.id) throw new AppError('not_now', `${volume.name} is attached to another service. Detach it there first.`)
  await refuseWritten(ctx, volume, service)
  if (volume.serviceId === service.id && volume.mountPath === path) return
  await configure(ctx.db, volume.id, { serviceId: service.id, mountPath: path })
  await configureService(ctx.db, service.id, {})
  await recordHere(ctx, { type: 'volume.attached', subject: volume.name, environmentId: volume.environmentId, serviceId: service.id, data: { service: service.name, path } })
}

/** A volume has one writer: the version that runs with it elsewhere ends first. */
async function refuseWritten(ctx: ScopedCtx, volume: VolumeRow, service: ServiceRow): Promise<void> {
  const holder = (await holdersOf(ctx.db, volume)).find(({ serviceId }) => serviceId !== service.id)
  if (!holder) return
  const then = holder.isDeleted ? 'It is being deleted; try again when it is gone.' : `Deploy ${holder.name} without it, or stop it, then try again.`
  throw new AppError('not_now', `${volume.name} is still written to by ${holder.name}, and a volume has one writer at a time. ${then}`)
}

function refusePath(path: string): void {
  const problem = mountPathProblem(path)
  if (problem !== null) throw new AppError('invalid_input', `path: ${problem}`, { fields: { path: problem } })
}
