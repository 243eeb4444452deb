import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { DeploymentFailure } from '../../../domain/failure'
import { planRecipe } from '../plan-recipe'
import type { SourceTree } from '../source-tree'
import { readApp } from './app'
import { flagValue, hasProperty, safeFolder, stringProperty } from './config-text'
import { detectFramework } from './frameworks/detect-framework'
import { lockProblem } from './lock-in-sync'
import { planNodeVersion } from './node-version'
import { choosePackageManager } from './package-manager'
import { procfileWeb } from './procfile'
import { scriptCommand, whyNotStart } from './start-script'
import { findWorkspace } from './workspace'

const NONE = { installCommand: null, buildCommand: null, startCommand: null, outputDirectory: null }

function tree(texts: Record<string, unknown>): SourceTree {
  const entries = Object.entries(texts).map(([path, value]): [string, string] => [path, typeof value === 'string' ? value : JSON.stringify(value)])
  return { files: new Set(entries.map(([path]) => path).sort()), texts: new Map(entries), nodeVersion: '20.11.0', nodeMajors: null }
}

const app = (manifest: unknown, more: Record<string, unknown> = {}) => readApp(tree({ 'package.json': manifest, ...more }), '')
const manager = (texts: Record<string, unknown>, folder = '') => {
  const source = tree(texts)
  return choosePackageManager(readApp(source, folder), findWorkspace(source, folder))
}

describe('package manager', () => {
  it.each([
    ['npm when nothing says otherwise', { 'package.json': {} }, 'npm', 'npm'],
    ['the field before every lock', { 'package.json': { packageManager: 'pnpm@8.6.0+sha512.x' }, 'yarn.lock': '' }, 'pnpm', 'npx --yes pnpm@8.6.0'],
    ['yarn 1 by the field', { 'package.json': { packageManager: 'yarn@1.22.19' } }, 'yarn', 'npx --yes yarn@1.22.19'],
    ['berry by the field', { 'package.json': { packageManager: 'yarn@3.8.0' } }, 'yarn-berry', 'npx --yes @yarnpkg/cli-dist@3.8.0'],
    ['pnpm 8 by its lock', { 'package.json': {}, 'pnpm-lock.yaml': `lockfileVersion: '6.0'\n` }, 'pnpm', 'npx --yes pnpm@8.15.9'],
    ['pnpm 9 by its lock', { 'package.json': {}, 'pnpm-lock.yaml': `lockfileVersion: '9.0'\n`, 'pnpm-workspace.yaml': 'packages:\n  - a\n' }, 'pnpm', 'npx --yes pnpm@9.15.9'],
    ['pnpm 10 by a workspace file of settings', { 'package.json': {}, 'pnpm-lock.yaml': `lockfileVersion: '9.0'\n`, 'pnpm-workspace.yaml': 'onlyBuiltDependencies:\n  - a\n' }, 'pnpm', 'npx --yes pnpm@10.34.8'],
    ['yarn 1 by its lock', { 'package.json': {}, 'yarn.lock': '# yarn lockfile v1\n' }, 'yarn', 'npx --yes yarn@1.22.22'],
    ['berry by its lock', { 'package.json': {}, 'yarn.lock': '__metadata:\n  version: 8\n' }, 'yarn-berry', 'npx --yes @yarnpkg/cli-dist@4.18.1'],
    ['the release of berry that is kept', { 'package.json': {}, 'yarn.lock': '__metadata:\n', '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.1.0.cjs\n' }, 'yarn-berry', 'npx --yes @yarnpkg/cli-dist@4.1.0'],
    ['pnpm by engines', { 'package.json': { engines: { pnpm: '>=9' } } }, 'pnpm', 'npx --yes pnpm@10.34.8'],
    ['pnpm by a build script that calls it', { 'package.json': { scripts: { build: 'tsc && pnpm run x' } } }, 'pnpm', 'npx --yes pnpm@10.34.8'],
    ['the version alone of a field with shell text', { 'package.json': { packageManager: 'pnpm@9; rm -rf /' } }, 'pnpm', 'npx --yes pnpm@9'],
    ['npm for an unknown one', { 'package.json': { packageManager: '$(id)' } }, 'npm', 'npm'],
  ])('is %s', (_, texts, kind, runner) => {
    const chosen = manager(texts)
    expect(chosen.kind).toBe(kind)
    expect(chosen.runner.join(' ')).toBe(runner)
  })

  it('says what was not taken', () => {
    expect(manager({ 'package.json': {}, 'pnpm-lock.yaml': '', 'package-lock.json': '{}', 'bun.lock': '' }).decision.rejected).toEqual([
      { value: 'npm', why: 'package-lock.json comes after pnpm-lock.yaml' },
      { value: 'bun', why: 'bun.lock is there, but Bun is not supported' },
    ])
  })
})

describe('workspace', () => {
  it.each([
    ['own lock', { 'apps/a/package-lock.json': '', 'package.json': { workspaces: ['apps/*'] } }, 'apps/a', null],
    ['lock above', { 'package.json': {}, 'yarn.lock': '' }, '', 'yarn.lock'],
    ['workspaces above, without a lock', { 'package.json': { workspaces: { packages: ['apps/*'] } } }, '', 'package.json → workspaces'],
    ['a package above that declares nothing', { 'package.json': {} }, 'apps/a', null],
    ['the nearest of two', { 'package-lock.json': '', 'package.json': {}, 'apps/pnpm-workspace.yaml': '' }, 'apps', 'apps/pnpm-workspace.yaml'],
  ])('%s', (_, texts, folder, because) => {
    expect(findWorkspace(tree({ 'apps/a/package.json': {}, ...texts }), 'apps/a')).toMatchObject({ folder, because })
  })
})

describe('npm ci', () => {
  const manifest = { dependencies: { a: '^1' }, devDependencies: { b: '2' } }
  const problem = (lock: unknown, given: unknown = manifest) => {
    const source = tree({ 'package.json': given, ...(lock === undefined ? {} : { 'package-lock.json': lock }) })
    return lockProblem(source, '', readApp(source, '').manifest)
  }
  it.each([
    ['fits', { lockfileVersion: 3, packages: { '': manifest } }, null],
    ['fits in the first format', { lockfileVersion: 1, dependencies: { a: {}, b: {} } }, null],
    ['is absent', undefined, 'there is no package-lock.json'],
    ['is broken', '{', 'package-lock.json cannot be read'],
    ['has another range', { lockfileVersion: 3, packages: { '': { dependencies: { a: '^2' }, devDependencies: { b: '2' } } } }, 'package-lock.json has a as ^2, package.json as ^1'],
    ['has one more', { lockfileVersion: 3, packages: { '': { dependencies: { a: '^1', c: '1' }, devDependencies: { b: '2' } } } }, 'package-lock.json has c as 1, package.json as absent'],
    ['lacks one in the first format', { lockfileVersion: 1, dependencies: { a: {} } }, 'package-lock.json lacks b'],
  ])('a lock that %s', (_, lock, expected) => expect(problem(lock)).toBe(expected))
})

describe('start scripts', () => {
  it.each(['vite', 'vite --host', 'vite dev', 'npx vite', 'next dev', 'next', 'NODE_ENV=x next dev', 'cross-env A=1 next dev -p 1', 'ng serve', 'react-scripts start', 'astro dev', 'nuxt dev', 'webpack serve', 'parcel index.html', 'nest start --watch'])('%s is a development server', (script) => {
    expect(whyNotStart(script, detectFramework(app({})))).toBe('it starts a development server')
  })

  it.each(['node .', 'next start', 'vite-node server.ts', 'serve -s dist', 'parcel build && node .', 'remix-serve build', 'npm run dev:all'])('%s is not', (script) => {
    expect(whyNotStart(script, detectFramework(app({})))).toBeNull()
  })

  it.each([
    ['node server.js', ['node', 'server.js']],
    ['node "my server.js" --a=1', ['node', 'my server.js', '--a=1']],
    ['node server.js && echo', ['npm', 'run', 'start']],
    ['A=1 node server.js', ['npm', 'run', 'start']],
    ['node server.js $PORT', ['npm', 'run', 'start']],
    ['next start -p 3000', ['next', 'start', '-p', '$PORT']],
    ['next start --port=3000', ['next', 'start', '--port=$PORT']],
    ['serve dist', ['npm', 'run', 'start']],
  ])('%s runs as %j', (start, argv) => {
    const source = app({ scripts: { start }, dependencies: { next: '16' } })
    expect(scriptCommand(source, manager({ 'package.json': {} }), 'start').argv).toEqual(argv)
  })

  it('runs through npm when there is a script before it', () => {
    expect(scriptCommand(app({ scripts: { prestart: 'x', start: 'node .' } }), manager({ 'package.json': {} }), 'start').argv).toEqual(['npm', 'run', 'start'])
  })
})

describe('Node version of an image', () => {
  const version = (texts: Record<string, unknown>) => {
    const source = { ...tree(texts), nodeMajors: [20, 22] }
    return planNodeVersion(readApp(source, ''), findWorkspace(source, ''))
  }
  it.each([
    [{ 'package.json': {} }, '20', null, 'its base image'],
    [{ 'package.json': { engines: { node: '^22.4.0' } } }, '22', null, 'package.json → engines.node asks for ^22.4.0'],
    [{ 'package.json': {}, '.nvmrc': 'v22.1.0' }, '22', null, '.nvmrc asks for 22.1.0'],
    [{ 'package.json': { engines: { node: '16' } } }, '20', 'package.json → engines.node asks for Node 16, and there are base images for 20, 22. It is tried with 20.', 'its base image'],
  ])('%j: %s', (texts, value, note, decidedBy) => {
    expect(version(texts)).toMatchObject({ note, decision: { value, decidedBy } })
  })

  it('is a failure where the source insists on another one', () => {
    expect(() => version({ 'package.json': { engines: { node: '16' } }, '.npmrc': 'engine-strict=true' })).toThrow(/base images for 20, 22\. The source sets engine-strict/)
  })
})

describe('Node version', () => {
  const planned = (texts: Record<string, unknown>) => {
    const source = tree({ 'package.json': {}, ...texts })
    return planNodeVersion(readApp(source, ''), findWorkspace(source, ''))
  }
  it.each([
    [{ 'package.json': { engines: { node: '>=18' } } }, '>=18', null],
    [{ 'package.json': { engines: { node: '^22' } } }, '^22', 'package.json → engines.node asks for Node ^22, this machine has 20.11.0. It is tried with 20.11.0.'],
    [{ '.nvmrc': 'v20\n' }, '20', null],
    [{ '.nvmrc': 'lts/iron\n' }, null, null],
    [{ '.tool-versions': 'python 3\nnodejs 18.2.0\n' }, '18.2.0', '.tool-versions asks for Node 18.2.0, this machine has 20.11.0. It is tried with 20.11.0.'],
    [{ 'package.json': { engines: { node: 'rubbish; rm' } } }, null, null],
  ])('%j', (texts, range, note) => expect(planned(texts)).toMatchObject({ range, note }))
})

describe('configuration files are read as text', () => {
  it('ignores comments and keeps strings', () => {
    expect(stringProperty(`// output: 'export'\n/* output: 'x' */ const a = { url: 'http://x', output: "standalone" }`, 'output')).toBe('standalone')
    expect(hasProperty('// ssr: false\nexport default { ssr: true }', 'ssr', 'false')).toBe(false)
    expect(flagValue('vite build --outDir=site && x', '--outDir')).toBe('site')
  })
  it.each([['./dist/', 'dist'], ['../out', undefined], ['/etc', undefined], ['a/../../b', undefined], ['', undefined], ['a/b', 'a/b']])('folder %s is %s', (given, expected) => expect(safeFolder(given)).toBe(expected))
  it('reads the web line of a Procfile', () => {
    expect(procfileWeb('worker: a\nweb: node x.js -p ${PORT:-3000}\n')).toEqual(['node', 'x.js', '-p', '$PORT'])
    expect(procfileWeb('worker: a')).toBeNull()
  })
})

// Whatever people write into package.json: a recipe that the contract accepts, or a failure with a reason; never an error.
it('plans or refuses every package.json', () => {
  const word = fc.constantFrom('start', 'build', 'next', 'vite', 'astro', 'express', '@sveltejs/kit', 'node .', 'vite build', '; rm -rf /', '$(id)', '../..', 'yarn@4', '>=18', '')
  const value = fc.oneof(word, fc.dictionary(word, fc.oneof(word, fc.integer())), fc.array(word), fc.jsonValue())
  const manifest = fc.record({ name: value, main: value, packageManager: value, scripts: value, dependencies: value, devDependencies: value, engines: value, workspaces: value }, { requiredKeys: [] })
  fc.assert(
    fc.property(manifest, (given) => {
      try {
        const source = tree({ 'package.json': given, 'index.html': '' })
        const recipe = planRecipe(source, NONE, '')
        expect(planRecipe(source, NONE, '')).toEqual(recipe)
        expect([...recipe.install, ...recipe.build].every(({ argv }) => /^(npm|npx|turbo|next|vite|astro|eleventy)$/.test(argv[0]!))).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(DeploymentFailure)
      }
    }),
    { numRuns: 300 },
  )
})
