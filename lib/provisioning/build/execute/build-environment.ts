import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { operatorEnvironment } from '../../../config'
import type { Recipe } from '../../../contract/recipe'
import { findProgram } from '../../process/command-not-found'

export type BuildEnvironment = {
  /** Of the service, resolved; they win over everything but where things are kept. */
  variables: Readonly<Record<string, string>>
  packageManager: Recipe['packageManager']
  /** Build caches of the service. */
  cacheDirectory: string
  /** HOME of its builds. */
  homeDirectory: string
  operatorEnvironment?: Readonly<Record<string, string>>
}

/** Build tools that ask nothing, tell nobody and draw nothing. */
export const QUIET = {
  CI: 'true',
  NODE_ENV: 'production',
  NO_UPDATE_NOTIFIER: '1',
  npm_config_update_notifier: 'false',
  npm_config_fund: 'false',
  npm_config_audit: 'false',
  npm_config_fetch_retries: '4',
  // Builds need development dependencies, whatever NODE_ENV says.
  npm_config_include: 'dev',
  NEXT_TELEMETRY_DISABLED: '1',
  ASTRO_TELEMETRY_DISABLED: '1',
  NUXT_TELEMETRY_DISABLED: '1',
  GATSBY_TELEMETRY_DISABLED: '1',
  TURBO_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
  DISABLE_OPENCOLLECTIVE: '1',
  ADBLOCK: '1',
}

/** The whole environment of install and build commands. Nothing of the platform's own is in it. */
export function buildEnvironment(options: BuildEnvironment): Record<string, string> {
  const { variables, cacheDirectory, homeDirectory, operatorEnvironment: operator = operatorEnvironment() } = options
  return {
    LANG: 'C.UTF-8',
    ...QUIET,
    ...npmSettings(options.packageManager, operator.PATH ?? ''),
    ...operator,
    ...variables,
    HOME: homeDirectory,
    TMPDIR: join(homeDirectory, 'tmp'),
    npm_config_cache: join(cacheDirectory, 'npm'),
    // pnpm keeps its store below the one and what it knows of the registry below the other, as other tools do.
    XDG_DATA_HOME: join(cacheDirectory, 'data'),
    XDG_CACHE_HOME: join(cacheDirectory, 'cache'),
    ...yarnSettings(options.packageManager, operator, cacheDirectory),
  }
}

/**
 * npm 11 skips install scripts of packages until someone approves, which nobody can do here; older versions complain about
 * the setting. npm 11 also renamed where node-gyp looks for headers, which the node-gyp of other managers does not know.
 */
function npmSettings(manager: Recipe['packageManager'], path: string): Record<string, string> {
  const isNew = npmMajor(path) >= 11
  const prefix = dirname(dirname(process.execPath))
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node.h'))
  const needsOldName = !isNew || manager === 'pnpm' || manager === 'yarn' || manager === 'yarn-berry'
  return {
    ...(isNew ? { npm_config_dangerously_allow_all_scripts: 'true' } : {}),
    ...(hasHeaders ? { npm_package_config_node_gyp_nodedir: prefix } : {}),
    ...(hasHeaders && needsOldName ? { npm_config_nodedir: prefix } : {}),
  }
}

function yarnSettings(manager: Recipe['packageManager'], operator: Readonly<Record<string, string>>, cacheDirectory: string): Record<string, string> {
  const registry = operator.npm_config_registry ?? operator.NPM_CONFIG_REGISTRY
  if (manager === 'yarn') return { YARN_CACHE_FOLDER: join(cacheDirectory, 'yarn'), YARN_PRODUCTION: 'false', ...(registry ? { YARN_REGISTRY: registry } : {}) }
  // Yarn from 2 on refuses to run with a setting it does not know.
  if (manager !== 'yarn-berry') return {}
  return {
    YARN_CACHE_FOLDER: join(cacheDirectory, 'yarn-berry'),
    YARN_GLOBAL_FOLDER: join(cacheDirectory, 'yarn-global'),
    YARN_ENABLE_GLOBAL_CACHE: 'false',
    YARN_ENABLE_SCRIPTS: 'true',
    YARN_ENABLE_TELEMETRY: '0',
    ...(registry ? { YARN_NPM_REGISTRY_SERVER: registry } : {}),
  }
}

function npmMajor(path: string): number {
  try {
    const program = findProgram('npm', { cwd: '/', path })
    const manifest = join(dirname(dirname(realpathSync(program ?? ''))), 'package.json')
    return Number.parseInt((JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version, 10)
  } catch {
    return 0
  }
}
