import { posix } from 'node:path'

import semver from 'semver'

import type { Decision, Recipe } from '../../../contract/recipe'
import type { App } from './app'
import { decide, type Rejected } from './decisions'
import type { Workspace } from './workspace'

export type ManagerKind = Exclude<Recipe['packageManager'], 'none'>

export type PackageManager = {
  kind: ManagerKind
  /** Exact or partial version; null for the npm that comes with Node. */
  version: string | null
  /** What runs it: `npm`, or `npx` with the exact package, so that nothing needs to be installed on the machine. */
  runner: string[]
  decision: Decision
}

type Choice = { kind: ManagerKind; version: string | null; decidedBy: string }

// Chosen by the format of the lock file; exact, so that npx need not ask which is newest.
const PNPM_BY_LOCK: Record<string, string> = { '5.3': '6.35.1', '5.4': '7.33.7', '6.0': '8.15.9', '6.1': '8.15.9', '9.0': '9.15.9' }
const PNPM_NEWEST = '10.34.8'
const YARN_CLASSIC = '1.22.22'
const YARN_BERRY = '4.18.1'

/** Chooses the package manager: `packageManager`, then lock files, `engines`, scripts, then npm. */
export function choosePackageManager(app: App, workspace: Workspace): PackageManager {
  const at = (name: string) => posix.join(workspace.folder, name)
  const candidates = [...fromField(app, workspace), ...fromLocks(app, workspace), ...fromEngines(app, workspace), ...fromScripts(app)]
  const chosen: Choice = candidates[0] ?? { kind: 'npm', version: null, decidedBy: 'Default' }
  const rejected: Rejected[] = candidates
    .slice(1)
    .filter((other) => other.kind !== chosen.kind)
    .map((other) => ({ value: nameOf(other.kind), why: `${other.decidedBy} comes after ${chosen.decidedBy}` }))
  const bun = ['bun.lock', 'bun.lockb'].map(at).find((path) => app.tree.files.has(path))
  if (bun) rejected.push({ value: 'bun', why: `${bun} is there, but Bun is not supported` })
  const version = chosen.kind === 'npm' ? null : chosen.version
  const label = version === null ? nameOf(chosen.kind) : `${nameOf(chosen.kind)} ${version}`
  return { kind: chosen.kind, version, runner: runnerOf(chosen, app, workspace), decision: decide('Package manager', label, chosen.decidedBy, rejected) }
}

function fromField(app: App, workspace: Workspace): Choice[] {
  const own = app.manifest.packageManager
  const field = own ?? workspace.manifest?.packageManager
  const match = field === undefined ? null : /^(npm|pnpm|yarn)@(\d[\w.-]*)/.exec(field)
  if (!match) return []
  const [, name, version] = match as unknown as [string, 'npm' | 'pnpm' | 'yarn', string]
  const kind: ManagerKind = name === 'yarn' ? (version.startsWith('1.') || version === '1' ? 'yarn' : 'yarn-berry') : name
  return [{ kind, version, decidedBy: `${posix.join(own === undefined ? workspace.folder : app.folder, 'package.json')} → packageManager` }]
}

function fromLocks(app: App, workspace: Workspace): Choice[] {
  const at = (name: string) => posix.join(workspace.folder, name)
  const { files, texts } = app.tree
  const found: Choice[] = []
  if (files.has(at('pnpm-lock.yaml'))) found.push({ kind: 'pnpm', version: pnpmVersion(app, workspace), decidedBy: at('pnpm-lock.yaml') })
  else if (files.has(at('pnpm-workspace.yaml'))) found.push({ kind: 'pnpm', version: PNPM_NEWEST, decidedBy: at('pnpm-workspace.yaml') })
  if (files.has(at('.yarnrc.yml'))) found.push({ kind: 'yarn-berry', version: YARN_BERRY, decidedBy: at('.yarnrc.yml') })
  if (files.has(at('yarn.lock'))) {
    const isBerry = texts.get(at('yarn.lock'))?.includes('__metadata:') ?? false
    found.push({ kind: isBerry ? 'yarn-berry' : 'yarn', version: isBerry ? YARN_BERRY : YARN_CLASSIC, decidedBy: at('yarn.lock') })
  }
  const npmLock = ['package-lock.json', 'npm-shrinkwrap.json'].find((name) => files.has(at(name)))
  if (npmLock) found.push({ kind: 'npm', version: null, decidedBy: at(npmLock) })
  return found
}

function fromEngines(app: App, workspace: Workspace): Choice[] {
  const engines = { ...workspace.manifest?.engines, ...app.manifest.engines }
  const newest = (range: string | undefined, fallback: string) => (range && semver.validRange(range) ? (semver.minVersion(range)?.version ?? fallback) : fallback)
  if (engines.pnpm) return [{ kind: 'pnpm', version: semver.satisfies(PNPM_NEWEST, engines.pnpm) ? PNPM_NEWEST : newest(engines.pnpm, PNPM_NEWEST), decidedBy: 'package.json → engines.pnpm' }]
  if (!engines.yarn) return []
  const isBerry = !semver.satisfies(YARN_CLASSIC, engines.yarn)
  return [{ kind: isBerry ? 'yarn-berry' : 'yarn', version: isBerry ? YARN_BERRY : YARN_CLASSIC, decidedBy: 'package.json → engines.yarn' }]
}

/** A build script that calls pnpm or Yarn needs it, even when nothing else says so. */
function fromScripts(app: App): Choice[] {
  const called = /(?:^|&&|\|\||;)\s*(pnpm|yarn)\b/.exec(app.manifest.scripts.build ?? '')?.[1]
  if (called === undefined) return []
  const decidedBy = `package.json → scripts.build calls ${called}`
  return [called === 'pnpm' ? { kind: 'pnpm', version: PNPM_NEWEST, decidedBy } : { kind: 'yarn', version: YARN_CLASSIC, decidedBy }]
}

/** pnpm 9 and 10 share a lock format; only 10 takes a pnpm-workspace.yaml that holds settings and no packages. */
function pnpmVersion(app: App, workspace: Workspace): string {
  const range = app.manifest.engines.pnpm ?? workspace.manifest?.engines.pnpm
  const format = /^lockfileVersion:\s*['"]?(\d+(?:\.\d+)?)/m.exec(app.tree.texts.get(posix.join(workspace.folder, 'pnpm-lock.yaml')) ?? '')?.[1]
  const settings = app.tree.texts.get(posix.join(workspace.folder, 'pnpm-workspace.yaml'))
  const needsNewest = settings !== undefined && !/^packages\s*:/m.test(settings)
  const byLock = needsNewest ? PNPM_NEWEST : (PNPM_BY_LOCK[format ?? ''] ?? PNPM_NEWEST)
  if (!range || semver.satisfies(byLock, range)) return byLock
  return [...Object.values(PNPM_BY_LOCK), PNPM_NEWEST].reverse().find((version) => semver.satisfies(version, range)) ?? byLock
}

function runnerOf(choice: Choice, app: App, workspace: Workspace): string[] {
  if (choice.kind === 'npm') return ['npm']
  if (choice.kind === 'pnpm') return ['npx', '--yes', `pnpm@${choice.version}`]
  if (choice.kind === 'yarn') return ['npx', '--yes', `yarn@${choice.version}`]
  return ['npx', '--yes', `@yarnpkg/cli-dist@${berryVersion(choice, app, workspace)}`]
}

/** A release kept in the repository hands over to itself; then ours only needs to be of the same generation. */
function berryVersion(choice: Choice, app: App, workspace: Workspace): string {
  const settings = app.tree.texts.get(posix.join(workspace.folder, '.yarnrc.yml')) ?? ''
  const kept = /^yarnPath:\s*['"]?\S*yarn-(\d+\.\d+\.\d+)/m.exec(settings)?.[1]
  return kept ?? choice.version ?? YARN_BERRY
}

export function nameOf(kind: ManagerKind): string {
  return kind === 'yarn-berry' ? 'Yarn' : kind === 'yarn' ? 'Yarn' : kind
}
