import { access } from 'node:fs/promises'

import type { EnvironmentRows, ServiceRow } from '../../db/queries/engine/desired'
import * as ports from '../../db/queries/engine/ports'
import { leavePrivate } from '../../db/queries/ports'
import { isAppError } from '../../errors'
import type { Failure } from '../../domain/failure'
import { containerPort, networkName } from '../../domain/address'
import { openEnvironment } from '../../secrets/sealed-environment'
import { authOf } from '../deploy/image/auth'
import type { TargetEngine } from '../engine'
import type { Workload } from '../runtime/driver'
import { mountVolumes } from './mount-volumes'
import { isReplica, nameOfPart, toWorkload } from './workload'
import type { Writers } from './writers'

const HOPELESS = ['artifact_missing', 'no_start_command'] as const
/** Ports found taken in a row before the range is called full. */
const MAX_TAKEN = 200

export type Application = { engine: TargetEngine; rows: EnvironmentRows; service: ServiceRow; deploymentId: string; part: string; /** Whether there is anything of it now. */ isThere: boolean; writers: Writers }

/** Makes a part of a deployment start. Answers a failure when this deployment can never run; throws when it may later. */
export async function applyDeployment(application: Application, signal: AbortSignal): Promise<Failure | null> {
  const { engine, rows, service, deploymentId, part, isThere } = application
  const deployment = rows.deployments.find((row) => row.id === deploymentId)
  const artifact = rows.artifacts.find((row) => row.id === deployment?.artifactId)
  if (!deployment || !deployment.environmentSealed) return { reason: 'internal', message: 'The platform lost what this deployment was released with.' }
  const artifactDirectory = artifact ? engine.paths.artifact(artifact.id) : ''
  if (!artifact || (artifact.kind === 'image' ? artifact.removedAt !== null : !(await exists(artifactDirectory)))) {
    return { reason: 'artifact_missing', message: 'The kept build of this deployment is no longer there. Deploy again.' }
  }
  const environment = openEnvironment(engine.seal, deploymentId, deployment.environmentSealed)
  // A run that begins anew begins with empty files.
  if (!isThere) await engine.collector.forget({ name: nameOfPart(deploymentId, part), environmentId: service.environmentId, serviceId: service.id, deploymentId })
  await engine.driver.ensureNetwork(service.environmentId, { linksOnly: rows.environment?.linksOnly ?? false }, signal)
  const { capabilities } = engine.driver
  const others = new Set(rows.services.filter(({ id, desired }) => id !== service.id && desired !== 'deleted').map(networkName))
  const pull = artifact.image?.digest ? { auth: await authOf(engine, rows.environment?.organizationId ?? '', artifact.image.registryId).catch(() => null) } : null
  const mounted = await mountVolumes(application, deployment, signal)
  if ('reason' in mounted) return mounted
  const { mounts } = mounted
  const workloadOn = (port: number | null) => toWorkload({ service, deployment, artifact, artifactDirectory, environment, part, port, capabilities, others, mounts, pull, databasePrograms: engine.databasePrograms })
  if (isReplica(part) && capabilities.ports === 'machine' && deployment.spec.source.type === 'database') return startOnOwnPort(application, workloadOn, signal)
  if (isReplica(part) && capabilities.ports === 'machine') return startOnFreePort(application, workloadOn, signal)
  await engine.at?.('step:apply:during')
  const port = isReplica(part) ? containerPort(deployment.spec, artifact.image?.ports ?? []) : null
  return engine.driver.apply(workloadOn(port), signal).then(() => null, hopeless)
}

/**
 * A database listens where others reach it, so that connections pass nothing of ours. Whoever has the port instead may go, so it is
 * tried again; before anybody was told the port, another one is as good.
 */
async function startOnOwnPort(application: Application, workloadOn: (port: number) => Workload, signal: AbortSignal): Promise<Failure | null> {
  const { engine, service } = application
  for (let taken = 0; taken < MAX_TAKEN; taken++) {
    const port = await ports.privateOf(engine.db, service.id)
    if (port === null) return { reason: 'port_unavailable', message: 'This database has no port of its own. Delete it and add it again.' }
    try {
      await engine.at?.('step:apply:during')
      await engine.driver.apply(workloadOn(port), signal)
      return null
    } catch (error) {
      if (!isAppError(error) || error.code !== 'conflict' || !isUnknown(application, port) || !(await moves(application, port))) throw error
      engine.log.warn({ port, service: service.id }, 'the port of a database is taken by another program, giving it another one')
    }
  }
  return noneFree(engine)
}

/** Whether the port of a database that never ran stands in nothing that was released besides. */
function isUnknown({ engine, rows, service }: Application, port: number): boolean {
  if (service.activeDeploymentId !== null) return false
  const others = rows.deployments.filter(({ serviceId, environmentSealed }) => serviceId !== service.id && environmentSealed !== null)
  return !others.some(({ id, environmentSealed }) => Object.values(openEnvironment(engine.seal, id, environmentSealed!).variables).some((value) => value.includes(`:${port}`)))
}

function moves({ engine, service }: Application, port: number): Promise<boolean> {
  return engine.db.transaction((tx) => leavePrivate(tx, { serviceId: service.id, port }, { ...engine.config.workloadPorts, except: [engine.config.ingress.port] }))
}

function noneFree({ config }: TargetEngine): Failure {
  const { first, last } = config.workloadPorts
  return { reason: 'port_unavailable', message: `No port from ${first} to ${last} is free on this machine.` }
}

async function startOnFreePort({ engine, service, deploymentId, part }: Application, workloadOn: (port: number) => Workload, signal: AbortSignal): Promise<Failure | null> {
  for (let taken = 0; taken < MAX_TAKEN; taken++) {
    const port = await ports.allocate(engine.db, { serviceId: service.id, deploymentId, workload: nameOfPart(deploymentId, part) }, engine.config.workloadPorts)
    if (port === null) break
    try {
      await engine.at?.('step:apply:during')
      await engine.driver.apply(workloadOn(port), signal)
      return null
    } catch (error) {
      if (!isAppError(error) || error.code !== 'conflict') throw error
      engine.log.warn({ port, deployment: deploymentId }, 'port is taken by another program, taking another one')
      await ports.markForeign(engine.db, port)
    }
  }
  return noneFree(engine)
}

/** What no further try would mend: an image that its engine has lost and cannot have again, or one that says nothing to start. */
function hopeless(error: unknown): Failure {
  const reason = HOPELESS.find((each) => isAppError(error) && error.detail.reason === each)
  if (reason) return { reason, message: (error as Error).message }
  throw error
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
