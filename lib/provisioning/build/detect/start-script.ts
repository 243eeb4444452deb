import { parseCommandLine } from '../../../domain/command-line'
import type { App } from './app'
import type { Framework } from './frameworks/framework'
import type { PackageManager } from './package-manager'

const PREFIX = /^(?:npx\s+(?:--yes\s+|-y\s+)?)?(?:cross-env(?:-shell)?\s+)?(?:[A-Za-z_]\w*=\S*\s+)*(?:npx\s+)?/
const DEV_SERVER =
  /^(?:vite(?:\s+(?:dev|serve))?(?=\s+-|\s*$)|next(?:\s+dev\b|\s*$)|astro\s+dev\b|nux[ti]\s+dev\b|react-scripts\s+start\b|ng\s+serve\b|remix\s+(?:dev|vite:dev)\b|react-router\s+dev\b|gatsby\s+develop\b|docusaurus\s+start\b|vue-cli-service\s+serve\b|webpack(?:-dev-server|\s+serve)\b|parcel\b(?!\s+build)|eleventy\b.*--serve\b|nest\s+start\b.*--watch|wrangler\s+dev\b)/

/** Why a start script is not fit to serve people, as a clause; null when it is. */
export function whyNotStart(script: string, framework: Framework): string | null {
  const line = script.trim().replace(PREFIX, '')
  if (DEV_SERVER.test(line)) return 'it starts a development server'
  return framework.refusesStart?.(line) ?? null
}

export type ScriptCommand = { argv: string[]; because: string; note: string | null }

/** Programs that are run directly when their package is a dependency: they read PORT. */
const PROGRAMS: Readonly<Record<string, string>> = {
  next: 'next',
  'remix-serve': '@remix-run/serve',
  'react-router-serve': '@react-router/serve',
  serve: 'serve',
  sirv: 'sirv-cli',
  'http-server': 'http-server',
  srvx: 'srvx',
  tsx: 'tsx',
  'ts-node': 'ts-node',
}

/**
 * How a script of package.json is run. A line that is one program and its arguments runs directly: signals reach it, and
 * no package manager stays in memory beside it. Anything else runs through `npm run`, which works on the node_modules of
 * every package manager.
 */
export function scriptCommand(app: App, manager: PackageManager, name: string): ScriptCommand {
  const { scripts } = app.manifest
  const direct = scripts[`pre${name}`] === undefined && scripts[`post${name}`] === undefined ? directCommand(app, scripts[name]!) : null
  if (direct !== null) return { argv: direct, because: 'one program, run directly', note: null }
  const callsManager = /\b(pnpm|yarn)\b/.test(scripts[name]!) && manager.kind !== 'npm'
  if (callsManager) {
    return { argv: [...manager.runner, 'run', name], because: 'it calls its package manager', note: `The script ${name} calls ${manager.kind === 'pnpm' ? 'pnpm' : 'yarn'} when it starts, so every start fetches it. Call the program itself to start faster.` }
  }
  return { argv: ['npm', 'run', name], because: 'needs what npm gives to scripts', note: null }
}

function directCommand(app: App, script: string): string[] | null {
  // What a shell or npm would do with these is not what we would do.
  if (/[[\]$*?~{}!#%]/.test(script)) return null
  const parsed = parseCommandLine(script)
  if (!parsed.ok) return null
  const [program, ...args] = parsed.words
  if (program === 'node') return args.length === 0 ? null : parsed.words
  const needs = PROGRAMS[program!]
  if (needs === undefined || !app.dependencies[needs]) return null
  return [program!, ...freePort(args)]
}

/** A fixed port cannot be had; the program is told the one it was given. */
function freePort(args: readonly string[]): string[] {
  return args.map((arg, i) => {
    if (/^(-p|--port|-l|--listen)$/.test(args[i - 1] ?? '') && /^\d+$/.test(arg)) return '$PORT'
    return arg.replace(/^(--port|--listen)=\d+$/, '$1=$$PORT')
  })
}
