// What the platform sets for every deployment, besides the service's own variables. One list: the Variables tab shows it
// and the worker injects it. Keys are refused as names of own variables, so nothing can be shadowed.

type Named = { id: string; name: string }

/** What is known of a deployment; null what is known only once it is deployed. */
export type PlatformFacts = {
  /** The port its process has to listen on. */
  port: number | null
  publicUrl: string
  privateUrl: string
  project: Named
  environment: Named
  service: Named
  deployment: { id: string; number: number } | null
  /** The commit that was built; empty for sources without commits. */
  commit: string | null
}

export type PlatformVariable = {
  key: string
  value: string | null
  meaning: string
  /** Said in place of a value that is not known. */
  unknown: string
}

const LATER = 'known once it is deployed'

/** Every variable the platform sets, in the order they are shown. `value` is null while it is not known. */
export function platformVariables(facts: PlatformFacts): PlatformVariable[] {
  const { project, environment, service, deployment } = facts
  const all: (Omit<PlatformVariable, 'unknown'> & { unknown?: string })[] = [
    { key: 'PORT', value: facts.port === null ? null : String(facts.port), meaning: 'Port to listen on', unknown: 'another one for each process' },
    { key: 'EASEL_PUBLIC_URL', value: facts.publicUrl, meaning: 'Address for people' },
    { key: 'EASEL_PUBLIC_DOMAIN', value: hostOf(facts.publicUrl), meaning: 'Host name of that address' },
    { key: 'EASEL_PRIVATE_URL', value: facts.privateUrl, meaning: 'Address for other services' },
    { key: 'EASEL_PRIVATE_DOMAIN', value: hostOf(facts.privateUrl), meaning: 'Host name of that address' },
    { key: 'EASEL_PROJECT', value: project.name, meaning: 'Name of the project' },
    { key: 'EASEL_PROJECT_ID', value: project.id, meaning: 'The project' },
    { key: 'EASEL_ENVIRONMENT', value: environment.name, meaning: 'Name of the environment' },
    { key: 'EASEL_ENVIRONMENT_ID', value: environment.id, meaning: 'The environment' },
    { key: 'EASEL_SERVICE', value: service.name, meaning: 'Name of the service' },
    { key: 'EASEL_SERVICE_ID', value: service.id, meaning: 'The service' },
    { key: 'EASEL_DEPLOYMENT_ID', value: deployment?.id ?? null, meaning: 'The deployment that runs' },
    { key: 'EASEL_DEPLOYMENT_NUMBER', value: deployment === null ? null : String(deployment.number), meaning: 'Its number: 1, 2, 3, …' },
    { key: 'EASEL_REPLICA', value: null, meaning: 'Number of the replica, from 0', unknown: 'another one for each process' },
    { key: 'EASEL_RUN_ID', value: null, meaning: 'The run, for a service with a schedule', unknown: 'another one for each run' },
    { key: 'EASEL_COMMIT', value: facts.commit, meaning: 'Commit that was built, empty for sources without commits' },
  ]
  return all.map((variable) => ({ unknown: LATER, ...variable }))
}

/** Differ from deployment to deployment, so that no build could ever be used again if it counted them. */
export const OF_ONE_DEPLOYMENT: readonly string[] = ['EASEL_DEPLOYMENT_ID', 'EASEL_DEPLOYMENT_NUMBER', 'EASEL_REPLICA', 'EASEL_RUN_ID']

/** The same list as an environment for a process; what is not known is left out. */
export function platformEnvironment(facts: PlatformFacts): Record<string, string> {
  return Object.fromEntries(platformVariables(facts).flatMap(({ key, value }) => (value === null ? [] : [[key, value]])))
}

/** `web.localhost` of `http://web.localhost:8080`; empty while there is no address. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : ''
}
