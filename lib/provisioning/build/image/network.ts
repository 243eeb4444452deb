import { operatorEnvironment } from '../../../config'

// The operator's way to the network, for builds in containers: a registry of packages, a proxy, an authority of their own.

const SETTINGS = /^(npm_config_registry|NPM_CONFIG_REGISTRY|TZ)$/
const PROXIES = /_proxy$/i

export type BuildNetwork = {
  /** Variables of the build's commands. */
  env: Record<string, string>
  /** Build arguments that BuildKit knows by itself and keeps out of the image. */
  proxies: Record<string, string>
  /** A file of certificates that its commands have to trust; null for the usual ones. */
  certificates: string | null
}

export function buildNetwork(operator: Record<string, string> = operatorEnvironment()): BuildNetwork {
  const those = (names: RegExp) => Object.fromEntries(Object.entries(operator).filter(([name]) => names.test(name)))
  const env = those(SETTINGS)
  const registry = env.npm_config_registry ?? env.NPM_CONFIG_REGISTRY
  return { env: { ...env, ...(registry ? { YARN_REGISTRY: registry, YARN_NPM_REGISTRY_SERVER: registry } : {}) }, proxies: those(PROXIES), certificates: operator.NODE_EXTRA_CA_CERTS ?? operator.npm_config_cafile ?? null }
}
