import { findProgram } from '../process/command-not-found'
import { runCommand } from '../process/run-command'
import type { Finding } from './recipe'

/** Where servers are installed, beside what PATH has: they are rarely in the PATH of an ordinary user. */
export const SERVER_PATH = ['/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/sbin', '/opt/homebrew/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':')

const VERSION_MS = 10_000

/** The paths of programs, each under the first of its names that is there; null when one is missing. */
export function findAll(names: Readonly<Record<string, readonly string[]>>, { path }: Pick<Finding, 'path'>): Record<string, string> | null {
  const found = Object.entries(names).map(([key, candidates]) => [key, candidates.map((name) => findProgram(name, { cwd: '/', path })).find((file) => file !== null) ?? null] as const)
  return found.every(([, file]) => file !== null) ? (Object.fromEntries(found) as Record<string, string>) : null
}

/** The version that a program tells of itself, by a pattern of what it prints; null when it tells none. */
export async function versionOf(argv: string[], pattern: RegExp, signal: AbortSignal): Promise<string | null> {
  const lines: string[] = []
  await runCommand({ argv, cwd: '/', env: { PATH: SERVER_PATH, LC_ALL: 'C' }, onLine: (_, text) => lines.push(text), signal, timeoutMs: VERSION_MS })
  return pattern.exec(lines.join('\n'))?.[1] ?? null
}
