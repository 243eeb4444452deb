import { join } from 'node:path'

import type { ArtifactRow, DeploymentRow, ServiceRow } from '../../db/queries/engine/desired'
import { expandWords } from '../../domain/command-line'
import type { ReleasedEnvironment } from '../../secrets/sealed-environment'
import { workloadName, type HealthCheck, type Workload } from '../runtime/driver'

export type WorkloadParts = {
  service: ServiceRow
  deployment: DeploymentRow
  artifact: ArtifactRow
  /** Absolute folder of the artifact. */
  artifactDirectory: string
  environment: ReleasedEnvironment
  port: number
}

/**
 * What the runtime is asked to run for a deployment. The service's generation is the fence: a plan made before the last
 * change of desired state cannot undo it.
 */
export function toWorkload(parts: WorkloadParts): Workload {
  const { service, deployment, artifact, artifactDirectory, port } = parts
  const env = environmentOf(parts)
  const folder = join(artifactDirectory, artifact.workingDirectory)
  return {
    name: workloadName(deployment.id),
    environmentId: service.environmentId,
    serviceId: service.id,
    deploymentId: deployment.id,
    generation: service.generation,
    start:
      artifact.start.kind === 'command'
        ? { kind: 'command', argv: expandWords(artifact.start.argv, env), cwd: folder }
        : { kind: 'files', directory: join(folder, artifact.start.directory), fallback: artifact.start.fallback },
    env,
    port,
    health: healthOf(deployment),
  }
}

/** Later wins: what the framework likes, what the deployment was released with, the port. */
function environmentOf({ artifact, environment, port }: WorkloadParts): Record<string, string> {
  return {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    ...(artifact.start.kind === 'command' ? artifact.start.env : {}),
    ...environment.variables,
    PORT: String(port),
  }
}

function healthOf({ spec }: DeploymentRow): HealthCheck {
  const { kind, path, intervalS, timeoutS, failures } = spec.settings.health
  return { kind, path, intervalMs: intervalS * 1000, timeoutMs: timeoutS * 1000, failures }
}
