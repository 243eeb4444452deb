import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

// Names of jobs that were removed: a worker that planned before the removal must not start one a second time. An empty
// file for each, in a folder for each day; the day before today is believed as well, older ones are deleted. `folder`: that of the runtime.

const DAY_MS = 86_400_000

/** Remembers a job that is about to be removed. */
export function rememberRemoved(folder: string, name: string): void {
  const root = rootOf(folder)
  const [today, ...others] = days()
  const known = existsSync(root) ? readdirSync(root) : []
  for (const day of known) if (day !== today && !others.includes(day)) rmSync(join(root, day), { recursive: true, force: true })
  mkdirSync(join(root, today!), { recursive: true, mode: 0o700 })
  writeFileSync(join(root, today!, name), '')
}

export function wasRemoved(folder: string, name: string): boolean {
  return days().some((day) => existsSync(join(rootOf(folder), day, name)))
}

function rootOf(folder: string): string {
  return join(folder, '.removed-jobs')
}

function days(): string[] {
  return [0, 1].map((back) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10))
}
