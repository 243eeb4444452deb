import { posix } from 'node:path'

import type { Decision, RecipeCommand } from '../../../contract/recipe'
import type { App } from './app'
import { decide, type Rejected } from './decisions'
import { lockProblem } from './lock-in-sync'
import type { PackageManager } from './package-manager'
import type { Workspace } from './workspace'

export type Install = { commands: RecipeCommand[]; decisions: Decision[] }

const LIFECYCLE = ['preinstall', 'install', 'postinstall', 'prepare'] as const

// Scripts of packages run without approval, and never a hard link into the store: an app that writes into its node_modules
// would change the store.
const PNPM = ['--config.dangerouslyAllowAllBuilds=true', '--config.package-import-method=clone-or-copy']

/** How dependencies are installed: exactly as locked where the lock file allows it; development ones too, builds need them. */
export function planInstall(app: App, manager: PackageManager, workspace: Workspace): Install {
  if (needsNothing(app, workspace)) {
    return { commands: [], decisions: [decide('Install', 'nothing', 'package.json has no dependencies')] }
  }
  const { args, env, decidedBy, rejected } = installArguments(app, manager, workspace)
  const argv = [...manager.runner, ...args]
  const command: RecipeCommand = { argv, env, ...(workspace.folder === app.folder ? {} : { directory: workspace.folder }) }
  const decisions = [decide('Install', argv, decidedBy, rejected), installScripts(manager)]
  if (workspace.because !== null) decisions.push(decide('Install folder', workspace.folder || 'root of the source', workspace.because))
  return { commands: [command], decisions }
}

function needsNothing(app: App, workspace: Workspace): boolean {
  const { manifest } = app
  const isAlone = workspace.folder === app.folder && !manifest.workspaces && !app.has('pnpm-workspace.yaml')
  return isAlone && Object.keys(app.dependencies).length === 0 && !LIFECYCLE.some((name) => manifest.scripts[name] !== undefined)
}

type Arguments = { args: string[]; env: Record<string, string>; decidedBy: string; rejected: Rejected[] }

function installArguments(app: App, manager: PackageManager, workspace: Workspace): Arguments {
  switch (manager.kind) {
    case 'npm':
      return npmArguments(app, workspace)
    case 'pnpm': {
      const lock = posix.join(workspace.folder, 'pnpm-lock.yaml')
      const isLocked = app.tree.files.has(lock)
      return { args: ['install', isLocked ? '--frozen-lockfile' : '--no-frozen-lockfile', '--prod=false', ...PNPM], env: {}, decidedBy: isLocked ? lock : 'there is no pnpm-lock.yaml', rejected: [] }
    }
    case 'yarn': {
      const lock = posix.join(workspace.folder, 'yarn.lock')
      const isLocked = app.tree.files.has(lock)
      return { args: ['install', ...(isLocked ? ['--frozen-lockfile'] : []), '--production=false', '--non-interactive'], env: {}, decidedBy: isLocked ? lock : 'there is no yarn.lock', rejected: [] }
    }
    case 'yarn-berry':
      return berryArguments(app, workspace)
  }
}

function npmArguments(app: App, workspace: Workspace): Arguments {
  const problem = lockProblem(app.tree, workspace.folder, workspace.manifest ?? app.manifest)
  const lock = posix.join(workspace.folder, app.tree.files.has(posix.join(workspace.folder, 'npm-shrinkwrap.json')) ? 'npm-shrinkwrap.json' : 'package-lock.json')
  if (problem === null) return { args: ['ci', '--include=dev'], env: {}, decidedBy: `${lock} fits package.json`, rejected: [{ value: 'npm install', why: 'the lock file is complete, so exactly it is installed' }] }
  return { args: ['install', '--include=dev'], env: {}, decidedBy: problem, rejected: [{ value: 'npm ci', why: problem }] }
}

function berryArguments(app: App, workspace: Workspace): Arguments {
  const lock = posix.join(workspace.folder, 'yarn.lock')
  const isLocked = app.tree.texts.get(lock)?.includes('__metadata:') ?? false
  const linker = /^nodeLinker:\s*['"]?([\w-]+)/m.exec(app.tree.texts.get(posix.join(workspace.folder, '.yarnrc.yml')) ?? '')?.[1]
  const keeps = linker === 'node-modules' || linker === 'pnpm'
  return {
    args: ['install', isLocked ? '--immutable' : '--no-immutable'],
    env: keeps ? {} : { YARN_NODE_LINKER: 'node-modules' },
    decidedBy: isLocked ? lock : 'there is no yarn.lock of this Yarn',
    rejected: keeps ? [] : [{ value: "Plug'n'Play", why: 'its packages lie outside the build; node_modules keeps them with it' }],
  }
}

function installScripts(manager: PackageManager): Decision {
  const why = manager.kind === 'npm' || manager.kind === 'pnpm' ? [{ value: 'asking for approval', why: `newer versions of ${manager.kind} skip these scripts otherwise, and native packages would not work` }] : []
  return decide('Install scripts of packages', 'run', 'Default', why)
}
