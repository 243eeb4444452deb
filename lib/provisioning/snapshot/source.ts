import { join } from 'node:path'
import type { Readable } from 'node:stream'

import { environmentOf } from '../../db/queries/engine/released'
import * as ports from '../../db/queries/engine/ports'
import type { SnapshotNode } from '../../db/queries/snapshots'
import { ofService } from '../../db/queries/variables'
import { ENGINES, type EngineName } from '../../domain/engine/engines'
import type { SnapshotFormat } from '../../domain/snapshot'
import { AppError } from '../../errors'
import { openEnvironment } from '../../secrets/sealed-environment'
import { openVariable } from '../../secrets/sealed-variables'
import { CONTAINER_COPIES } from '../database/copy/containers'
import { COPIES } from '../database/copy/copies'
import { findEngine } from '../database/find-engines'
import type { Engine } from '../engine'
import { volumeName, type ObservedWorkload, type RuntimeDriver, type Volumes } from '../runtime/driver'

/** What a snapshot is made of. `remark`: what is to be known of how, as a sentence. */
export type SnapshotSource = { content: Readable; format: SnapshotFormat; engine: EngineName | null; version: string | null; remark: string | null }

/** The driver of a volume's environment, and the volumes it has. */
export type VolumeHome = { driver: RuntimeDriver; volumes: Volumes; name: string }

export async function homeOf({ targets }: Engine, { volume }: SnapshotNode): Promise<VolumeHome> {
  const target = await targets.ofEnvironment(volume.environmentId)
  if (!target?.driver.volumes) throw new AppError('unavailable', 'The target of this environment has no volumes.')
  return { driver: target.driver, volumes: target.driver.volumes, name: volumeName(volume.id) }
}

/** Workloads that may write to a volume now. */
export async function writersTo({ driver, volumes, name }: VolumeHome, environmentId: string, signal: AbortSignal): Promise<ObservedWorkload[]> {
  const used = (await volumes.list(environmentId, signal)).find((each) => each.name === name)?.usedBy ?? []
  return (await driver.observe(environmentId, signal)).filter((seen) => seen.phase !== 'exited' && used.includes(seen.name))
}

/** All that a volume or database holds now: of a database that runs by its own means, else the files. */
export async function sourceOf(engine: Engine, node: SnapshotNode, signal: AbortSignal): Promise<SnapshotSource> {
  const home = await homeOf(engine, node)
  if (node.volume.madeAt === null) throw new AppError('not_now', 'There is nothing in it yet: it is made with the first deployment that uses it.')
  const [writer] = await writersTo(home, node.environmentId, signal)
  const { database, service } = node
  if (!database || !service) {
    return { content: await home.volumes.save(home.name, signal), format: 'files', engine: null, version: null, remark: writer ? 'A service could write to it meanwhile, so its files may be of different moments.' : null }
  }
  const version = await versionOf(home, database, signal)
  if (!writer) return { content: await home.volumes.save(home.name, signal), format: 'files', engine: database.engine, version, remark: 'The database was stopped, and its files were copied.' }
  if (writer.phase !== 'running' || writer.health === 'unhealthy') throw new AppError('not_now', `${service.name} does not answer, so it cannot be copied while it runs. Wait until it is well, or stop it: then its files are copied.`)
  const copy = COPIES[database.engine]
  const folder = home.volumes.where(home.name)
  if (folder === null) return { ...(await insideContainer(home, { writer, engine: database.engine, name: service.name }, signal)), engine: database.engine, version, remark: null }
  if (!copy) throw new AppError('not_now', `${service.name} can be copied only while it is stopped. Stop it, take the snapshot, then start it again.`)
  const port = await ports.privateOf(engine.db, service.id)
  const env = await releasedEnvironment(engine, writer.deploymentId)
  if (port === null || env === null) throw new AppError('unavailable', `It is not known how ${service.name} is reached. Deploy it again, then take the snapshot.`)
  const running = { data: join(folder, 'data'), port, env, programs: { version, paths: {} } }
  return { content: await copy.copy(running, signal), format: copy.format, engine: database.engine, version, remark: null }
}

type Inside = { writer: ObservedWorkload; engine: EngineName; name: string }

async function insideContainer({ driver }: VolumeHome, { writer, engine, name }: Inside, signal: AbortSignal): Promise<Pick<SnapshotSource, 'content' | 'format'>> {
  const copy = CONTAINER_COPIES[engine]
  if (!copy || !driver.printed) throw new AppError('not_now', `${name} runs in a container, where ${ENGINES[engine].word} can be copied only while it is stopped. Stop it, take the snapshot, then start it again.`)
  const printed = await driver.printed(writer, copy.argv, signal)
  return { content: copy.pick?.(printed) ?? printed, format: copy.format }
}

/** The version that made its data: on this machine the one that is installed. */
export async function versionOf({ volumes, name }: VolumeHome, { engine, version }: NonNullable<SnapshotNode['database']>, signal: AbortSignal): Promise<string> {
  if (volumes.where(name) === null) return version
  return (await findEngine(engine, signal)).version ?? version
}

async function releasedEnvironment({ db, seal }: Engine, deploymentId: string): Promise<Record<string, string> | null> {
  const sealed = await environmentOf(db, deploymentId)
  return sealed === null ? null : openEnvironment(seal, deploymentId, sealed).variables
}

/** The variables with which a database will be started: those it was released with, or those it was drawn with. */
export async function variablesOf(engine: Engine, { service }: SnapshotNode): Promise<Record<string, string>> {
  if (!service) return {}
  const released = service.activeDeploymentId === null ? null : await releasedEnvironment(engine, service.activeDeploymentId)
  if (released) return released
  const rows = await ofService(engine.db, service.id)
  return Object.fromEntries(rows.map(({ key, valueSealed }) => [key, openVariable(engine.seal, { serviceId: service.id, key, valueSealed })]))
}
