import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { CASES } from './cases'
import { DISTURBANCES, POINTS } from './points'
import { TARGET } from './target'

const FOLDER = join(process.cwd(), 'test-results')
const NAME = TARGET === 'docker' ? 'fault-docker' : 'fault'
const PARTS = join(FOLDER, NAME)

export type Entry = { point: string; scenario: string; disturbance: string; result: string }

/** Forgets what an earlier run has found. */
export function clearMatrix(): void {
  rmSync(PARTS, { recursive: true, force: true })
  mkdirSync(PARTS, { recursive: true })
}

/** Keeps what one file has found, for the table. */
export function keepEntries(file: string, entries: readonly Entry[]): void {
  writeFileSync(join(PARTS, `${file}.json`), JSON.stringify(entries))
}

/** Keeps why a case failed, so that it can be read before the others have ended. */
export function keepFailure(name: string, error: unknown): void {
  writeFileSync(join(PARTS, `${name.replaceAll(/[^a-z_]+/g, '-')}.txt`), error instanceof Error ? `${error.message}\n\n${inspect((error as { actual?: unknown }).actual)}\n${inspect((error as { expected?: unknown }).expected)}\n` : String(error))
}

/** Writes the table: a row for each point and scenario, a column for each disturbance. */
export function writeMatrix(): string {
  const entries = readdirSync(PARTS).filter((name) => name.endsWith('.json')).flatMap((name) => JSON.parse(readFileSync(join(PARTS, name), 'utf8')) as Entry[])
  const columns: string[] = DISTURBANCES.map(({ name }) => name)
  const rows = POINTS.flatMap((point) => {
    const found = CASES[point]
    if (!found) return [[point, '', ...columns.map(() => 'no case')]]
    if ('covered' in found) return [[point, found.covered, ...columns.map(() => 'n.a.')]]
    return found.in.map((scenario) => [point, scenario, ...columns.map((disturbance) => entries.find((entry) => entry.point === point && entry.scenario === scenario && entry.disturbance === disturbance)?.result ?? 'not run')])
  })
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const path = join(FOLDER, `${NAME}-matrix.md`)
  writeFileSync(path, `${[line(['Point', 'Scenario', ...columns]), line(['---', '---', ...columns.map(() => '---')]), ...rows.map(line)].join('\n')}\n`)
  return path
}
