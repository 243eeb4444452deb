import { volumesToBeFilled } from '../../db/queries/branches'
import type { DeploymentRow } from '../../db/queries/engine/desired'
import { volumesBeingRestored } from '../../db/queries/engine/snapshots'
import { noteMade } from '../../db/queries/engine/volumes'
import type { Failure } from '../../domain/failure'
import { AppError } from '../../errors'
import { IMAGE_OWNER } from '../build/image/recipe-dockerfile'
import { PREPARE } from '../planner/plan-prepare'
import { volumeName } from '../runtime/driver'
import type { Application } from './apply-step'
import { nameOfPart, type WorkloadParts } from './workload'

/**
 * The volumes of a part of a deployment, there and free to be written to. A failure when one of them is gone for good; throws
 * while another workload may write to one. What prepares a version has none: the former version still writes.
 */
export async function mountVolumes(application: Application, { id, spec, recipe }: DeploymentRow, signal: AbortSignal): Promise<{ mounts: WorkloadParts['mounts'] } | Failure> {
  const { engine, rows, service, part, writers } = application
  const frozen = part === PREPARE ? [] : (spec.mounts ?? [])
  if (frozen.length === 0) return { mounts: [] }
  const { volumes } = engine.driver
  if (!volumes) throw new AppError('unavailable', 'The target of this environment has no volumes. Detach them from the service, then deploy again.')
  const restored = await volumesBeingRestored(engine.db, service.environmentId)
  const filling = frozen.find(({ volumeId }) => restored.has(volumeId))
  if (filling) throw new AppError('not_now', `The content of the volume ${filling.name} is being replaced by a snapshot. It is started when that is done.`)
  const awaited = await volumesToBeFilled(engine.db, service.environmentId)
  const unfilled = frozen.find(({ volumeId }) => awaited.has(volumeId))
  if (unfilled) throw new AppError('not_now', `The volume ${unfilled.name} waits for the copy of its data. It is started when that is there; without it, cancel the copies of this branch.`)
  const name = nameOfPart(id, part)
  for (const mount of frozen) {
    const row = rows.volumes.find((each) => each.id === mount.volumeId)
    if (!row || row.deletedAt !== null) return { reason: 'volume_missing', message: `The volume ${mount.name} that this deployment was made with is deleted.` }
    const writer = writers.get(mount.volumeId)
    if (writer !== undefined && writer !== name) throw new AppError('not_now', `The volume ${row.name} is still written to by ${nameOfWriter(application, writer)}, and it has one writer at a time. Stop that, or detach the volume and deploy again.`)
  }
  // Before the first wait: services start side by side.
  for (const { volumeId } of frozen) writers.set(volumeId, name)
  for (const { volumeId } of frozen) {
    await volumes.ensure({ name: volumeName(volumeId), environmentId: service.environmentId, owner: recipe !== null && engine.driver.capabilities.artifacts === 'images' ? IMAGE_OWNER : null }, signal)
    await noteMade(engine.db, volumeId, engine.now())
  }
  return { mounts: frozen.map((mount) => ({ ...mount, where: volumes.where(volumeName(mount.volumeId)) })) }
}

function nameOfWriter({ rows }: Application, name: string): string {
  const serviceId = rows.workloads.find((row) => row.name === name)?.serviceId
  return rows.services.find((row) => row.id === serviceId)?.name ?? 'another service'
}
