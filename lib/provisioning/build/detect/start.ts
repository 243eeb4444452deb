import { posix } from 'node:path'

import type { Decision, Recipe } from '../../../contract/recipe'
import type { ServiceSettings } from '../../../contract/service-settings'
import { DeploymentFailure } from '../../../domain/failure'
import type { App } from './app'
import { safeFolder } from './config-text'
import { decide, SETTINGS, type Rejected } from './decisions'
import type { Framework } from './frameworks/framework'
import { choosePackageManager, type PackageManager } from './package-manager'
import { procfileWeb, wordsOf } from './procfile'
import { scriptCommand, whyNotStart } from './start-script'
import { findWorkspace } from './workspace'

export type Overrides = Pick<ServiceSettings, 'installCommand' | 'buildCommand' | 'startCommand' | 'outputDirectory'>
export type Start = { start: Recipe['start']; decisions: Decision[]; notes: string[] }

type Question = { app: App; framework: Framework; manager: PackageManager | null; overrides: Overrides; hasBuild: boolean }
type Answer = { start: Recipe['start']; decidedBy: string; note?: string | null }
/** Looks at one source of a start command; says why it is not taken. */
type Ask = (question: Question, rejected: Rejected[]) => Answer | null

/** The order is the rule: the first that answers decides. */
const ASKED: readonly Ask[] = [bySettings, byProcfile, byStartScript, byFramework, byProductionScript, byMain, byFile, byPage]

/** How the service starts. Throws DeploymentFailure when nothing says so, with what was looked at. */
export function planStart(question: Question): Start {
  const rejected: Rejected[] = []
  for (const ask of ASKED) {
    const answer = ask(question, rejected)
    if (answer === null) continue
    const { start } = answer
    const value = start.kind === 'command' ? start.argv : start.directory || 'the whole folder'
    const what = start.kind === 'command' ? 'Start command' : 'Served files'
    return { start, decisions: [decide(what, value, answer.decidedBy, rejected)], notes: answer.note ? [answer.note] : [] }
  }
  throw noStart(question, rejected)
}

function command({ framework }: Question, argv: string[]): Recipe['start'] {
  return { kind: 'command', argv, env: { NODE_ENV: 'production', ...framework.serverEnv } }
}

function bySettings(question: Question, rejected: Rejected[]): Answer | null {
  const { outputDirectory, startCommand } = question.overrides
  if (outputDirectory !== null) {
    if (startCommand !== null) rejected.push({ value: startCommand, why: 'an output directory is set, so files are served' })
    const { serving } = question.framework
    const fallback = serving?.kind === 'files' ? serving.fallback : null
    return { start: { kind: 'files', directory: outputDirectory, fallback }, decidedBy: SETTINGS }
  }
  if (startCommand === null) return null
  return { start: command(question, wordsOf(startCommand, 'Start command')), decidedBy: SETTINGS }
}

function byProcfile(question: Question): Answer | null {
  const words = procfileWeb(question.app.text('Procfile'))
  return words === null ? null : { start: command(question, words), decidedBy: 'Procfile → web' }
}

function byStartScript(question: Question, rejected: Rejected[]): Answer | null {
  const script = question.app.manifest.scripts.start
  if (script === undefined || script.trim() === '') return null
  const why = whyNotStart(script, question.framework)
  if (why === null) return fromScript(question, 'start')
  rejected.push({ value: script, why: `package.json → scripts.start: ${why}` })
  return null
}

function byFramework(question: Question): Answer | null {
  const { serving } = question.framework
  if (serving === null) return null
  const start: Recipe['start'] = serving.kind === 'server' ? command(question, serving.argv) : { kind: 'files', directory: serving.directory, fallback: serving.fallback }
  return { start, decidedBy: serving.decidedBy }
}

function byProductionScript(question: Question): Answer | null {
  const name = ['start:prod', 'start:production'].find((candidate) => question.app.manifest.scripts[candidate])
  return name === undefined ? null : fromScript(question, name)
}

function fromScript(question: Question, name: string): Answer {
  const manager = question.manager ?? choosePackageManager(question.app, findWorkspace(question.app.tree, question.app.folder))
  const { argv, because, note } = scriptCommand(question.app, manager, name)
  return { start: command(question, argv), decidedBy: `package.json → scripts.${name} (${because})`, note }
}

function byMain(question: Question, rejected: Rejected[]): Answer | null {
  const { app } = question
  const main = app.manifest.main
  if (main === undefined) return null
  const path = safeFolder(main)
  const refuse = (why: string) => (rejected.push({ value: main, why: `package.json → main: ${why}` }), null)
  if (path === undefined) return refuse('it leads out of the package')
  const exists = ['', '.js', '.cjs', '.mjs', '/index.js'].some((ending) => app.has(path + ending))
  // What a build makes cannot be there yet; what stands beside the sources can.
  const mayBeBuilt = question.hasBuild && posix.dirname(path) !== '.'
  if (!exists && !mayBeBuilt) return refuse('there is no such file')
  return { start: command(question, ['node', path]), decidedBy: 'package.json → main' }
}

function byFile(question: Question): Answer | null {
  const file = question.app.first(['index.js', 'index.mjs', 'index.cjs', 'server.js', 'server.mjs', 'app.js'])
  if (file !== undefined) return { start: command(question, ['node', file]), decidedBy: `${file} is there` }
  const typed = question.app.dependencies.tsx ? question.app.first(['index.ts', 'server.ts', 'src/index.ts', 'src/server.ts']) : undefined
  return typed === undefined ? null : { start: command(question, ['tsx', typed]), decidedBy: `${typed} is there, and tsx is a dependency` }
}

function byPage({ app }: Question): Answer | null {
  const page = app.first(['public/index.html', 'index.html'])
  return page === undefined ? null : { start: { kind: 'files', directory: posix.dirname(page).replace('.', ''), fallback: null }, decidedBy: `${page} is there, and nothing starts a server` }
}

function noStart({ app, framework }: Question, rejected: readonly Rejected[]): DeploymentFailure {
  const scripts = Object.keys(app.manifest.scripts).sort()
  const found = scripts.length === 0 ? 'package.json has no scripts' : `package.json has the scripts ${scripts.slice(0, 10).join(', ')}`
  const refused = rejected.map(({ value, why }) => ` "${value}" was not taken: ${why.replace(/^package\.json → /, '')}.`).join('')
  const notes = framework.notes.map((note) => ` ${note}`).join('')
  return new DeploymentFailure('no_start_command', `Nothing says how this starts: ${found}, no usable main, and there is no index.js or server.js.${refused}${notes}`)
}
