import { join } from 'node:path'

import type { ArtifactRow, DeploymentRow, ServiceRow } from '../../db/queries/engine/desired'
import type { ArtifactImage } from '../../db/schema/deployment'
import { APP, volumeVariables, type FrozenMount } from '../../domain/mount'
import { expandWords, parseCommandLine } from '../../domain/command-line'
import type { ReleasedEnvironment } from '../../secrets/sealed-environment'
import { PREPARE } from '../planner/plan-prepare'
import { networkName } from '../../domain/address'
import { ENGINES, type EngineName } from '../../domain/engine/engines'
import { RECIPES } from '../database/recipes'
import { prepareName, replicaName, runName, volumeName, type Capabilities, type HealthCheck, type Workload } from '../runtime/driver'

export type WorkloadParts = {
  service: ServiceRow
  deployment: DeploymentRow
  artifact: ArtifactRow
  /** Absolute folder of the artifact. */
  artifactDirectory: string
  environment: ReleasedEnvironment
  /** `0`, `1`, … for replicas, `prepare`, or the id of a run. */
  part: string
  /** Null for a job. */
  port: number | null
  capabilities: Pick<Capabilities, 'isolation'>
  /** Volumes of this part, each with the folder where its content is for the program; null where that is the path. */
  mounts: readonly (FrozenMount & { where: string | null })[]
  /** What other services of the environment are called in its network. */
  others: ReadonlySet<string>
  /** Who may fetch an image again; null where no registry has it. */
  pull: Extract<Workload['start'], { kind: 'image' }>['pull']
  /** What databases are, and are checked by, where services are processes. */
  databasePrograms: { server: string; probe: string }
}

/** Whether a part is one of the processes behind the service's address. */
export function isReplica(part: string): boolean {
  return /^\d+$/.test(part)
}

/** The derived name of a part of a deployment. */
export function nameOfPart(deploymentId: string, part: string): string {
  if (isReplica(part)) return replicaName(deploymentId, Number(part))
  return part === PREPARE ? prepareName(deploymentId) : runName(part)
}

/**
 * What the runtime is asked to run for a deployment. The service's generation is the fence: a plan made before the last
 * change of desired state cannot undo it.
 */
export function toWorkload(parts: WorkloadParts): Workload {
  const { service, deployment, artifact, artifactDirectory, port, part } = parts
  const env = environmentOf(parts)
  const folder = join(artifactDirectory, artifact.workingDirectory)
  const replica = isReplica(part)
  return {
    name: nameOfPart(deployment.id, part),
    role: replica ? 'service' : 'job',
    part,
    environmentId: service.environmentId,
    serviceId: service.id,
    deploymentId: deployment.id,
    generation: service.generation,
    names: namesOf(parts),
    // Also where links are not enforced: they may be while it runs.
    reaches: parts.capabilities.isolation === 'network' ? (parts.environment.reaches ?? []) : 'all',
    limits: deployment.spec.settings.limits,
    readOnly: deployment.spec.settings.readOnly,
    mounts: parts.mounts.map(({ volumeId, path }) => ({ volume: volumeName(volumeId), path, readOnly: false, place: artifact.image === null ? placeOf(artifactDirectory, path) : null })),
    start: startOf(parts, folder, env),
    env,
    port,
    health: replica ? healthOf(parts, env) : null,
  }
}

/** Where a path of the program's own files is in its folder. */
function placeOf(artifactDirectory: string, path: string): string | null {
  return path.startsWith(`${APP}/`) ? join(artifactDirectory, path.slice(APP.length)) : null
}

/** What it is called now, and what it was called before: others were told to ask for that, until they are released anew. Jobs answer nobody. */
function namesOf({ service, environment, part, others }: WorkloadParts): string[] {
  if (!isReplica(part)) return []
  const nameOf = (name: string) => networkName({ name, hostLabel: service.hostLabel })
  const former = [environment.variables['EASEL_SERVICE'], ...(environment.knownAs ?? [])].filter((name) => name !== undefined)
  // A name that was given to another service is that one's.
  return [...new Set([nameOf(service.name), ...former.map(nameOf).filter((name) => !others.has(name))])]
}

/** An image starts as it says, unless a command was set; a recipe's command has its port filled in anew. */
function imageStartOf({ deployment, part, pull }: WorkloadParts, { image, start }: { image: ArtifactImage; start: ArtifactRow['start'] }, env: Record<string, string>): Workload['start'] {
  const { preDeployCommand, startCommand, entrypoint } = deployment.spec.settings
  const base = { kind: 'image' as const, image: image.digest ?? image.id, cwd: null, pull }
  const { source } = deployment.spec
  if (source.type === 'database') return { ...base, entrypoint: null, argv: RECIPES[source.engine].image.argv }
  if (part === PREPARE && preDeployCommand !== null) return { ...base, entrypoint: words(preDeployCommand, env), argv: [] }
  const argv = deployment.recipe !== null ? (start.kind === 'command' ? expandWords(start.argv, env) : null) : startCommand === null ? null : words(startCommand, env)
  return { ...base, entrypoint: entrypoint === null ? null : words(entrypoint, env), argv }
}

function startOf(parts: WorkloadParts, folder: string, env: Record<string, string>): Workload['start'] {
  const { artifact, artifactDirectory: root, deployment, part, databasePrograms } = parts
  const { preDeployCommand } = deployment.spec.settings
  const { source } = deployment.spec
  if (artifact.image !== null) return imageStartOf(parts, { image: artifact.image, start: artifact.start }, env)
  if (source.type === 'database') return { kind: 'command', argv: [process.execPath, databasePrograms.server, source.engine, source.version, dataFolderOf(source.engine, parts)], cwd: folder, root }
  if (part === PREPARE && preDeployCommand !== null) return { kind: 'command', argv: words(preDeployCommand, env), cwd: folder, root }
  if (artifact.start.kind === 'command') return { kind: 'command', argv: expandWords(artifact.start.argv, env), cwd: folder, root }
  return { kind: 'files', directory: join(folder, artifact.start.directory), fallback: artifact.start.fallback }
}

/** Later wins: what the framework likes, what the deployment was released with, where its volumes are, the port. */
function environmentOf({ artifact, deployment, environment, port, part, capabilities, mounts }: WorkloadParts): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST: capabilities.isolation === 'network' ? '0.0.0.0' : '127.0.0.1',
    ...(artifact.start.kind === 'command' ? artifact.start.env : {}),
    ...environment.variables,
    ...(artifact.image !== null && deployment.spec.source.type === 'database' ? RECIPES[deployment.spec.source.engine].image.env : {}),
    ...volumeVariables(mounts.map(({ name, path, where }) => ({ name, at: where ?? path }))),
    ...(port === null ? {} : { PORT: String(port) }),
    ...replicaOf(environment.variables, part),
    ...(isReplica(part) ? { EASEL_REPLICA: part } : part === PREPARE ? {} : { EASEL_RUN_ID: part }),
  }
}

/** What a program says of itself by OpenTelemetry is told apart by replica, as far as it is we who say it. */
function replicaOf(variables: Readonly<Record<string, string>>, part: string): Record<string, string> {
  const said = variables['OTEL_RESOURCE_ATTRIBUTES']
  return isReplica(part) && said?.includes('easel.deployment=') ? { OTEL_RESOURCE_ATTRIBUTES: `${said},easel.replica=${part}` } : {}
}

function healthOf({ deployment: { spec }, artifact, databasePrograms }: WorkloadParts, env: Record<string, string>): HealthCheck {
  const { kind, path, command, intervalS, timeoutS, failures, successes } = spec.settings.health
  const times = { intervalMs: intervalS * 1000, timeoutMs: timeoutS * 1000, failures, successes }
  if (spec.source.type === 'database') return { kind: 'command', path, argv: probeOf(spec.source.engine, artifact.image === null ? databasePrograms.probe : null), ...times }
  return { kind, path, argv: kind === 'command' && command !== null ? words(command, env) : [], ...times }
}

/** The folder of the volume that a database keeps its data in. */
function dataFolderOf(engine: EngineName, { mounts }: WorkloadParts): string {
  const { dataPath } = ENGINES[engine]
  return mounts.find(({ path }) => path === dataPath)?.where ?? dataPath
}

/** The engine's own question, by our program on this machine, or inside its container by the client of its image. */
function probeOf(engine: EngineName, program: string | null): string[] {
  return program === null ? RECIPES[engine].image.probe : [process.execPath, program, engine]
}

/** A command as its person wrote it; one that cannot be split was refused when it was set. */
function words(line: string, env: Record<string, string>): string[] {
  const parsed = parseCommandLine(line)
  return parsed.ok ? expandWords(parsed.words, env) : [line]
}
