import type { Recipe } from '../../../contract/recipe'
import type { SourceTree } from '../source-tree'
import { readApp } from './app'
import { planBuild } from './build-command'
import { decide, SETTINGS } from './decisions'
import { detectFramework } from './frameworks/detect-framework'
import { planInstall } from './install'
import { planNodeVersion } from './node-version'
import { choosePackageManager, nameOf } from './package-manager'
import { wordsOf } from './procfile'
import { planStart, type Overrides } from './start'
import { findWorkspace } from './workspace'

/** The recipe of a folder with a package.json. */
export function planNode(tree: SourceTree, overrides: Overrides, folder: string): Recipe {
  const app = readApp(tree, folder)
  const workspace = findWorkspace(tree, folder)
  const framework = detectFramework(app)
  const manager = choosePackageManager(app, workspace)
  const node = planNodeVersion(app, workspace)
  let install = overrides.installCommand === null ? planInstall(app, manager, workspace) : overriddenInstall(overrides.installCommand, manager.kind)
  const build = planBuild({ app, framework, manager, workspace }, overrides.buildCommand)
  const start = planStart({ app, framework, manager, overrides, hasBuild: build.commands.length > 0 })
  const isPage = framework.id === 'node' && start.start.kind === 'files' && overrides.outputDirectory === null
  // Tools beside a finished page are for people who edit it.
  if (isPage && build.commands.length === 0 && overrides.installCommand === null) install = { commands: [], decisions: [decide('Install', 'nothing', 'nothing is built and nothing runs')] }
  const usesManager = install.commands.length > 0 || build.commands.length > 0
  return {
    version: 1,
    provider: isPage ? 'static' : 'node',
    framework: isPage ? 'static' : framework.id,
    packageManager: usesManager ? manager.kind : 'none',
    nodeRange: node.range,
    rootDirectory: folder,
    install: install.commands,
    build: build.commands,
    start: start.start,
    cacheDirectories: build.commands.length === 0 ? [] : [...new Set([...framework.caches, 'node_modules/.cache'])].sort(),
    decisions: [
      decide('Framework', isPage ? 'Static files' : framework.name, framework.decidedBy),
      node.decision,
      ...(usesManager ? [manager.decision] : []),
      ...install.decisions,
      ...build.decisions,
      ...start.decisions,
    ],
    notes: [...framework.notes, ...(node.note === null ? [] : [node.note]), ...start.notes, ...otherNotes(tree, folder)],
  }
}

function overriddenInstall(line: string, kind: Parameters<typeof nameOf>[0]) {
  const argv = wordsOf(line, 'Install command')
  // Builds need development dependencies, which some managers leave out in production.
  return { commands: [{ argv, env: { NODE_ENV: 'development' } }], decisions: [decide('Install', argv, SETTINGS, [{ value: `${nameOf(kind)} install`, why: 'Settings come first' }])] }
}

function otherNotes(tree: SourceTree, folder: string): string[] {
  const path = folder === '' ? 'Dockerfile' : `${folder}/Dockerfile`
  return tree.files.has(path) ? [`${path} is not used: this is built from package.json.`] : []
}
