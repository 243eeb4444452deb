import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { ServiceSettings } from '../../contract/service-settings'
import { DeploymentFailure } from '../../domain/failure'
import { planRecipe } from './plan-recipe'
import { readSourceTree } from './source-tree'

const APPS = new URL('../../../test/apps/', import.meta.url).pathname
const ROOTS: Record<string, string> = { 'monorepo-npm': 'apps/web', 'monorepo-turbo-pnpm': 'apps/api' }
const NONE: Pick<ServiceSettings, 'installCommand' | 'buildCommand' | 'startCommand' | 'outputDirectory'> = { installCommand: null, buildCommand: null, startCommand: null, outputDirectory: null }

async function plan(app: string, rootDirectory = '', overrides = {}) {
  const tree = await readSourceTree(join(APPS, app), rootDirectory)
  return planRecipe({ ...tree, nodeVersion: '20.11.0' }, { ...NONE, ...overrides }, rootDirectory)
}

async function failure(work: Promise<unknown>): Promise<DeploymentFailure> {
  const error = await work.then(() => null, (thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(DeploymentFailure)
  return error as DeploymentFailure
}

const apps = readdirSync(APPS, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'refused').map((entry) => entry.name)

describe('every sample app has the recipe that lies beside it', () => {
  it.each(apps)('%s', async (app) => {
    const recipe = await plan(app, ROOTS[app])
    await expect(`${JSON.stringify(recipe, null, 2)}\n`).toMatchFileSnapshot(join(APPS, `${app}.recipe.json`))
    expect(await plan(app, ROOTS[app])).toEqual(recipe)
  })
})

describe('what cannot be built is refused with what was found', () => {
  it.each([
    ['refused/no-start', 'no_start_command', 'it starts a development server'],
    ['refused/astro-vercel', 'no_start_command', 'Use @astrojs/node with mode standalone'],
    ['refused/python', 'no_recipe', 'requirements.txt (Python)'],
    ['refused/empty-root', 'no_recipe', 'apps/api, apps/web. Set the root directory'],
    ['refused/broken-manifest', 'no_recipe', 'package.json cannot be read'],
    ['refused/engine-strict', 'wrong_node_version', 'asks for Node >=99, this machine has 20.11.0'],
    ['refused/procfile-shell', 'command_invalid', 'Procfile → web: The command contains |'],
    ['refused/staticfile-outside', 'output_missing', 'leads out of the source'],
  ])('%s: %s', async (app, reason, words) => {
    const failed = await failure(plan(app))
    expect(failed.reason).toBe(reason)
    expect(failed.message).toContain(words)
  })

  it.each(['../..', 'apps/../../..', 'nowhere', 'README.md'])('the root directory %s', async (rootDirectory) => {
    const failed = await failure(plan('refused/empty-root', rootDirectory))
    expect(failed.reason).toBe('root_directory_missing')
    expect(failed.message).toContain('Folders found: apps.')
  })
})

describe('a person decides before detection', () => {
  it('takes commands as words, never as shell text', async () => {
    const recipe = await plan('express-npm', '', { installCommand: 'npm install --omit=optional', buildCommand: 'node "build me.js"', startCommand: 'node server.js --port $PORT' })
    expect(recipe.install[0]?.argv).toEqual(['npm', 'install', '--omit=optional'])
    expect(recipe.build[0]?.argv).toEqual(['node', 'build me.js'])
    expect(recipe.start).toMatchObject({ kind: 'command', argv: ['node', 'server.js', '--port', '$PORT'] })
    expect(recipe.decisions.filter((decision) => decision.decidedBy === 'Settings').map((decision) => decision.what)).toEqual(['Install', 'Build', 'Start command'])
  })

  it.each(['installCommand', 'buildCommand', 'startCommand'])('refuses %s that needs a shell', async (setting) => {
    const failed = await failure(plan('express-npm', '', { [setting]: 'a && b' }))
    expect(failed.reason).toBe('command_invalid')
  })

  it('serves the output directory as files, whatever starts', async () => {
    const recipe = await plan('express-npm', '', { outputDirectory: 'site', startCommand: 'node server.js' })
    expect(recipe.start).toEqual({ kind: 'files', directory: 'site', fallback: null })
    expect(recipe.decisions.at(-1)?.rejected).toEqual([{ value: 'node server.js', why: 'an output directory is set, so files are served' }])
  })

  it('builds a folder without package.json when told how', async () => {
    const recipe = await plan('refused/python', '', { buildCommand: 'hugo --minify', outputDirectory: 'public' })
    expect(recipe).toMatchObject({ provider: 'static', build: [{ argv: ['hugo', '--minify'] }], start: { kind: 'files', directory: 'public' } })
  })
})
