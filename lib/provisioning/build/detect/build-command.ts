import type { Decision, RecipeCommand } from '../../../contract/recipe'
import type { App } from './app'
import { decide, SETTINGS } from './decisions'
import type { Framework } from './frameworks/framework'
import type { PackageManager } from './package-manager'
import { wordsOf } from './procfile'
import type { Workspace } from './workspace'

export type Build = { commands: RecipeCommand[]; decisions: Decision[] }

/** What is run to build: a person's command, Turborepo with everything the package needs, the build script, or the framework's own. */
export function planBuild(where: { app: App; framework: Framework; manager: PackageManager; workspace: Workspace }, override: string | null): Build {
  const { app, framework, manager } = where
  const env = framework.buildEnv
  const script = app.manifest.scripts.build
  const one = (argv: string[], decidedBy: string, rejected: string | null = null): Build => ({
    commands: [{ argv, env }],
    decisions: [decide('Build', argv, decidedBy, rejected === null ? [] : [{ value: rejected, why: `${decidedBy} comes first` }])],
  })
  if (override !== null) return one(wordsOf(override, 'Build command'), SETTINGS, script === undefined ? null : `${manager.kind} run build`)
  if (script !== undefined && script.trim() !== '') {
    const turbo = turborepo(where)
    if (turbo !== null) return one(turbo, 'turbo.json', 'run build')
    return one([...manager.runner, 'run', 'build'], 'package.json → scripts.build')
  }
  if (framework.build !== null) return one(framework.build, `${framework.name}; package.json has no build script`)
  return { commands: [], decisions: [decide('Build', 'nothing', 'package.json has no build script')] }
}

/** In a Turborepo the packages that this one depends on are built before it. */
function turborepo({ app, workspace, manager }: { app: App; workspace: Workspace; manager: PackageManager }): string[] | null {
  const isPackage = workspace.folder !== app.folder && app.manifest.name !== undefined
  const hasTurbo = app.tree.files.has(workspace.folder === '' ? 'turbo.json' : `${workspace.folder}/turbo.json`)
  const isInstalled = Boolean(workspace.manifest?.devDependencies.turbo ?? workspace.manifest?.dependencies.turbo)
  if (!isPackage || !hasTurbo || !isInstalled) return null
  // Turborepo calls the package manager by its name, so npx puts it where names are looked up.
  const [npx, yes, spec] = manager.runner
  const within = npx === 'npx' ? [npx, yes!, `--package=${spec}`, '--'] : []
  return [...within, 'turbo', 'run', 'build', `--filter=${app.manifest.name}`]
}
