import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { operatorEnvironment } from '../../../config'

export type BuildEnvironment = {
  /** Of the service, resolved; they win over everything but where things are kept. */
  variables: Readonly<Record<string, string>>
  /** Build caches of the service. */
  cacheDirectory: string
  /** HOME of its builds. */
  homeDirectory: string
  operatorEnvironment?: Readonly<Record<string, string>>
}

const QUIET = {
  CI: 'true',
  NODE_ENV: 'production',
  NO_UPDATE_NOTIFIER: '1',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  npm_config_fetch_retries: '4',
  NEXT_TELEMETRY_DISABLED: '1',
  ASTRO_TELEMETRY_DISABLED: '1',
  NUXT_TELEMETRY_DISABLED: '1',
  GATSBY_TELEMETRY_DISABLED: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
  YARN_ENABLE_TELEMETRY: '0',
  DISABLE_OPENCOLLECTIVE: '1',
  ADBLOCK: '1',
}

// A build needs development dependencies, and native packages need their install scripts; npm, pnpm and Yarn in their
// newer versions skip these until someone approves, which nobody can do here.
const COMPLETE = {
  npm_config_include: 'dev',
  npm_config_dangerously_allow_all_scripts: 'true',
  npm_config_dangerously_allow_all_builds: 'true',
  pnpm_config_dangerously_allow_all_builds: 'true',
  YARN_PRODUCTION: 'false',
  YARN_ENABLE_SCRIPTS: 'true',
}

/** The whole environment of install and build commands. Nothing of the platform's own is in it. */
export function buildEnvironment({ variables, cacheDirectory, homeDirectory, operatorEnvironment: operator = operatorEnvironment() }: BuildEnvironment): Record<string, string> {
  const registry = operator.npm_config_registry ?? operator.NPM_CONFIG_REGISTRY
  return {
    LANG: 'C.UTF-8',
    ...QUIET,
    ...COMPLETE,
    ...nodeHeaders(),
    ...operator,
    ...(registry === undefined ? {} : { YARN_NPM_REGISTRY_SERVER: registry, YARN_REGISTRY: registry }),
    ...variables,
    HOME: homeDirectory,
    TMPDIR: join(homeDirectory, 'tmp'),
    npm_config_cache: join(cacheDirectory, 'npm'),
    npm_config_store_dir: join(cacheDirectory, 'pnpm'),
    pnpm_config_store_dir: join(cacheDirectory, 'pnpm'),
    // Never a hard link: an app that writes into its node_modules would change the store.
    npm_config_package_import_method: 'clone-or-copy',
    pnpm_config_package_import_method: 'clone-or-copy',
    YARN_CACHE_FOLDER: join(cacheDirectory, 'yarn'),
    YARN_GLOBAL_FOLDER: join(cacheDirectory, 'yarn-global'),
    YARN_ENABLE_GLOBAL_CACHE: 'false',
  }
}

/** Native packages compile against the headers of the Node that is here, instead of downloading them. */
function nodeHeaders(): Record<string, string> {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include', 'node', 'node.h')) ? { npm_config_nodedir: prefix } : {}
}
