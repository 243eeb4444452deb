import type { Seal } from './seal'

/** What a released deployment's process is given, and which of it must never be shown. */
export type ReleasedEnvironment = {
  /** Every reference resolved, and what the platform adds; without PORT, which may change with each start. */
  variables: Record<string, string>
  /** Values to hide in logs: its own secrets, and those of others that its variables contain. */
  secrets: string[]
  /** Services its variables referred to, by id; absent in what was sealed before this was kept. */
  reaches?: string[]
  /** What its service was called in versions before, the last name last: others were told to ask for that. */
  knownAs?: string[]
}

/** Seals it for one deployment: moved to another one it does not open. */
export function sealEnvironment(seal: Seal, deploymentId: string, environment: ReleasedEnvironment): string {
  return seal.seal(JSON.stringify(environment), context(deploymentId))
}

export function openEnvironment(seal: Seal, deploymentId: string, sealed: string): ReleasedEnvironment {
  return JSON.parse(seal.open(sealed, context(deploymentId))) as ReleasedEnvironment
}

function context(deploymentId: string): string {
  return `released-environment:${deploymentId}`
}
