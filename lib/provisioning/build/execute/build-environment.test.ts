import { dirname } from 'node:path'

import { describe, expect, it } from 'vitest'

import { operatorEnvironment } from '../../../config'
import { buildEnvironment } from './build-environment'

const node = dirname(process.execPath)
const environment = (packageManager: 'npm' | 'pnpm' | 'yarn' | 'yarn-berry' | 'none', variables: Record<string, string> = {}, operator: Record<string, string> = {}) =>
  buildEnvironment({ variables, packageManager, cacheDirectory: '/cache', homeDirectory: '/home', operatorEnvironment: { PATH: '/usr/bin', ...operator } })

describe('what comes from the operator', () => {
  it('is the way to the network and nothing else', () => {
    const taken = operatorEnvironment({ PATH: '/usr/bin', DATABASE_URL: 'postgres://x', EASEL_ENCRYPTION_KEY: 'x', HOME: '/root', HTTPS_PROXY: 'http://proxy', NODE_OPTIONS: '--inspect', npm_config_registry: 'http://registry', npm_lifecycle_event: 'start' })
    expect(Object.keys(taken).sort()).toEqual(['HTTPS_PROXY', 'PATH', 'npm_config_registry'])
  })

  it('has no folder of tools of ours in PATH, nor a relative one', () => {
    const { PATH } = operatorEnvironment({ PATH: `/easel/node_modules/.bin:/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:.:bin:${node}:/opt/bin` })
    expect(PATH).toBe(`${node}:/opt/bin`)
  })

  it('finds the Node that runs us first', () => {
    expect(operatorEnvironment({ PATH: '/opt/bin' }).PATH).toBe(`${node}:/opt/bin`)
  })
})

describe('the environment of a build', () => {
  it('lets variables win over defaults, but not over where things are kept', () => {
    const env = environment('npm', { NODE_ENV: 'development', CI: 'false', HOME: '/root', npm_config_cache: '/root/.npm', TMPDIR: '/tmp' })
    expect(env).toMatchObject({ NODE_ENV: 'development', CI: 'false', HOME: '/home', TMPDIR: '/home/tmp', npm_config_cache: '/cache/npm' })
  })

  it.each([
    ['npm', []],
    ['pnpm', []],
    ['yarn', ['YARN_CACHE_FOLDER', 'YARN_PRODUCTION', 'YARN_REGISTRY']],
    ['yarn-berry', ['YARN_CACHE_FOLDER', 'YARN_ENABLE_GLOBAL_CACHE', 'YARN_ENABLE_SCRIPTS', 'YARN_ENABLE_TELEMETRY', 'YARN_GLOBAL_FOLDER', 'YARN_NPM_REGISTRY_SERVER']],
  ] as const)('has for %s only settings that it knows', (manager, names) => {
    const env = environment(manager, {}, { npm_config_registry: 'http://registry' })
    expect(Object.keys(env).filter((name) => name.startsWith('YARN_')).sort()).toEqual(names)
  })
})
