import { join } from 'node:path'

import type { ArtifactRow, DeploymentRow, ServiceRow } from '../../db/queries/engine/desired'
import type { ArtifactImage } from '../../db/schema/deployment'
import { expandWords, parseCommandLine } from '../../domain/command-line'
import type { ReleasedEnvironment } from '../../secrets/sealed-environment'
import { PREPARE } from '../planner/plan-prepare'
import { networkName } from '../../domain/address'
import { prepareName, replicaName, runName, type Capabilities, type HealthCheck, type Workload } from '../runtime/driver'

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
  /** What other services of the environment are called in its network. */
  others: ReadonlySet<string>
  /** Who may fetch an image again; null where no registry has it. */
  pull: Extract<Workload['start'], { kind: 'image' }>['pull']
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
    mounts: [],
    start: startOf(parts, folder, env),
    env,
    port,
    health: replica ? healthOf(deployment, env) : null,
  }
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
  if (part === PREPARE && preDeployCommand !== null) return { ...base, entrypoint: words(preDeployCommand, env), argv: [] }
  const argv = deployment.recipe !== null ? (start.kind === 'command' ? expandWords(start.argv, env) : null) : startCommand === null ? null : words(startCommand, env)
  return { ...base, entrypoint: entrypoint === null ? null : words(entrypoint, env), argv }
}

function startOf(parts: WorkloadParts, folder: string, env: Record<string, string>): Workload['start'] {
  const { artifact, deployment, part } = parts
  const { preDeployCommand } = deployment.spec.settings
  if (artifact.image !== null) return imageStartOf(parts, { image: artifact.image, start: artifact.start }, env)
  if (part === PREPARE && preDeployCommand !== null) return { kind: 'command', argv: words(preDeployCommand, env), cwd: folder }
  if (artifact.start.kind === 'command') return { kind: 'command', argv: expandWords(artifact.start.argv, env), cwd: folder }
  return { kind: 'files', directory: join(folder, artifact.start.directory), fallback: artifact.start.fallback }
}

/** Later wins: what the framework likes, what the deployment was released with, the port. */
function environmentOf({ artifact, environment, port, part, capabilities }: WorkloadParts): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST: capabilities.isolation === 'network' ? '0.0.0.0' : '127.0.0.1',
    ...(artifact.start.kind === 'command' ? artifact.start.env : {}),
    ...environment.variables,
    ...(port === null ? {} : { PORT: String(port) }),
    ...(isReplica(part) ? { EASEL_REPLICA: part } : part === PREPARE ? {} : { EASEL_RUN_ID: part }),
  }
}

function healthOf({ spec }: DeploymentRow, env: Record<string, string>): HealthCheck {
  const { kind, path, command, intervalS, timeoutS, failures, successes } = spec.settings.health
  return { kind, path, argv: kind === 'command' && command !== null ? words(command, env) : [], intervalMs: intervalS * 1000, timeoutMs: timeoutS * 1000, failures, successes }
}

/** A command as its person wrote it; one that cannot be split was refused when it was set. */
function words(line: string, env: Record<string, string>): string[] {
  const parsed = parseCommandLine(line)
  return parsed.ok ? expandWords(parsed.words, env) : [line]
}
