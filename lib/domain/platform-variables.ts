// What the platform sets for every deployment, besides the service's own variables. One list: the Variables tab shows it
// and the worker injects it. Keys are refused as names of own variables, so nothing can be shadowed.

/** What is known of a deployment; null what is known only once it is deployed. */
export type PlatformFacts = {
  /** The port its process has to listen on. */
  port: number | null
  publicUrl: string
  privateUrl: string
  project: string
  environment: string
  service: string
  deploymentId: string | null
  /** The commit that was built; empty for sources without commits. */
  commit: string | null
}

export type PlatformVariable = { key: string; value: string | null; meaning: string }

/** Every variable the platform sets, in the order they are shown. `value` is null while it is not known. */
export function platformVariables(facts: PlatformFacts): PlatformVariable[] {
  return [
    { key: 'PORT', value: facts.port === null ? null : String(facts.port), meaning: 'Port to listen on' },
    { key: 'EASEL_PUBLIC_URL', value: facts.publicUrl, meaning: 'Address for people' },
    { key: 'EASEL_PRIVATE_URL', value: facts.privateUrl, meaning: 'Address for other services' },
    { key: 'EASEL_PROJECT', value: facts.project, meaning: 'Name of the project' },
    { key: 'EASEL_ENVIRONMENT', value: facts.environment, meaning: 'Name of the environment' },
    { key: 'EASEL_SERVICE', value: facts.service, meaning: 'Name of the service' },
    { key: 'EASEL_DEPLOYMENT_ID', value: facts.deploymentId, meaning: 'The deployment that runs' },
    { key: 'EASEL_REPLICA', value: null, meaning: 'Number of the replica, from 0' },
    { key: 'EASEL_RUN_ID', value: null, meaning: 'The run, for a service with a schedule' },
    { key: 'EASEL_COMMIT', value: facts.commit, meaning: 'Commit that was built, empty for sources without commits' },
  ]
}

/** The same list as an environment for a process; what is not known is left out. */
export function platformEnvironment(facts: PlatformFacts): Record<string, string> {
  return Object.fromEntries(platformVariables(facts).flatMap(({ key, value }) => (value === null ? [] : [[key, value]])))
}
