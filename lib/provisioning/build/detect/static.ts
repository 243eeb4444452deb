import { posix } from 'node:path'

import type { Recipe, RecipeCommand } from '../../../contract/recipe'
import { DeploymentFailure } from '../../../domain/failure'
import type { SourceTree } from '../source-tree'
import { readApp, type App } from './app'
import { safeFolder } from './config-text'
import { decide, SETTINGS } from './decisions'
import { framework } from './frameworks/framework'
import { procfileWeb, wordsOf } from './procfile'
import { planStart, type Overrides } from './start'

const OTHER_LANGUAGES: Readonly<Record<string, string>> = {
  'requirements.txt': 'Python', 'pyproject.toml': 'Python', Pipfile: 'Python', 'go.mod': 'Go', 'Cargo.toml': 'Rust', Gemfile: 'Ruby',
  'composer.json': 'PHP', 'pom.xml': 'Java', 'build.gradle': 'Java', 'mix.exs': 'Elixir', 'deno.json': 'Deno', Dockerfile: 'a Dockerfile',
}

/** The recipe of a folder without a package.json: commands of a person, or files served as they are. */
export function planStatic(tree: SourceTree, overrides: Overrides, folder: string): Recipe {
  const app = readApp(tree, folder)
  const install = commands(overrides.installCommand, 'Install command')
  const build = commands(overrides.buildCommand, 'Build command')
  const runs = overrides.outputDirectory === null && (overrides.startCommand !== null || procfileWeb(app.text('Procfile')) !== null)
  const plain = framework({ id: 'node', name: 'Node', decidedBy: overrides.startCommand === null ? 'Procfile' : SETTINGS })
  const start = runs || overrides.outputDirectory !== null ? planStart({ app, framework: plain, manager: null, overrides, hasBuild: build.length > 0 }) : served(app)
  const decisions = [
    decide('Framework', runs ? 'Node' : 'Static files', runs ? plain.decidedBy : 'there is no package.json'),
    ...install.map(({ argv }) => decide('Install', argv, SETTINGS)),
    ...build.map(({ argv }) => decide('Build', argv, SETTINGS)),
    ...start.decisions,
  ]
  return {
    version: 1,
    provider: runs ? 'node' : 'static',
    framework: runs ? 'node' : 'static',
    packageManager: 'none',
    nodeRange: null,
    rootDirectory: folder,
    install,
    build,
    start: start.start,
    cacheDirectories: [],
    decisions,
    notes: start.notes,
  }
}

function commands(line: string | null, where: string): RecipeCommand[] {
  return line === null ? [] : [{ argv: wordsOf(line, where), env: {} }]
}

function served(app: App): ReturnType<typeof planStart> {
  const named = /^root\s*:\s*['"]?([^'"\s#]+)/m.exec(app.text('Staticfile') ?? '')?.[1]
  if (named !== undefined) {
    const directory = named === '.' || named === './' ? '' : safeFolder(named)
    if (directory === undefined) throw new DeploymentFailure('output_missing', `Staticfile names the root ${named}, which leads out of the source.`)
    return files(directory, 'Staticfile → root')
  }
  const page = app.first(['public/index.html', 'index.html'])
  if (page !== undefined) return files(posix.dirname(page).replace('.', ''), `${page} is there`)
  if (app.has('Staticfile')) return files('', 'Staticfile is there')
  throw noRecipe(app)
}

function files(directory: string, decidedBy: string): ReturnType<typeof planStart> {
  return { start: { kind: 'files', directory, fallback: null }, decisions: [decide('Served files', directory || 'the whole folder', decidedBy)], notes: [] }
}

function noRecipe(app: App): DeploymentFailure {
  const inside = [...app.tree.files].filter((path) => app.folder === '' || path.startsWith(`${app.folder}/`)).map((path) => posix.relative(app.folder, path))
  const place = app.folder === '' ? 'the source' : app.folder
  if (inside.length === 0) return new DeploymentFailure('no_recipe', `There are no files in ${place}.`)
  const language = Object.keys(OTHER_LANGUAGES).find((name) => inside.includes(name))
  if (language) return new DeploymentFailure('no_recipe', `In ${place} there is ${language} (${OTHER_LANGUAGES[language]}), but no package.json or index.html: Node and static sites can be built.`)
  const packages = inside.filter((path) => /(^|\/)(package\.json|index\.html)$/.test(path)).map((path) => posix.dirname(path)).sort()
  if (packages.length > 0) return new DeploymentFailure('no_recipe', `In ${place} itself there is no package.json or index.html, but there is one in ${[...new Set(packages)].slice(0, 8).join(', ')}. Set the root directory to one of these.`)
  const top = [...new Set(inside.map((path) => path.split('/')[0]!))].sort()
  return new DeploymentFailure('no_recipe', `In ${place} there is no package.json and no index.html. Found: ${top.slice(0, 12).join(', ')}.`)
}
