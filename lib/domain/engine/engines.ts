import type { Engine } from './engine'
import { mariadb } from './mariadb'
import { mongodb } from './mongodb'
import { mysql } from './mysql'
import { postgres } from './postgres'
import { redis } from './redis'
import { valkey } from './valkey'

// Every engine a database can be of. Adding one is adding its recipe here and in provisioning/database.

export const ENGINE_NAMES = ['postgres', 'mariadb', 'redis', 'mysql', 'valkey', 'mongodb'] as const
export type EngineName = (typeof ENGINE_NAMES)[number]

export const ENGINES: Record<EngineName, Engine> = { postgres, mariadb, redis, mysql, valkey, mongodb }

/** A version as people write it: `17`, `10.11`, `7.2.4`. */
export const VERSION_PATTERN = /^\d{1,4}(\.\d{1,4}){0,2}$/

/** The line of versions whose data folders are compatible: `17` for `17.5`, `10.11` for `10.11.6`. A shorter version is its own line. */
export function lineOf(engine: EngineName, version: string): string {
  return version.split('.').slice(0, ENGINES[engine].lineParts).join('.')
}

/** Whether a program of version `actual` serves what `wanted` asks for: `17.5` does for `17`, and not for `17.4`. */
export function isVersion(wanted: string, actual: string): boolean {
  return actual === wanted || actual.startsWith(`${wanted}.`)
}

/** Whether a version may follow another one on the same data. */
export function isSameLine(engine: EngineName, a: string, b: string): boolean {
  return lineOf(engine, a) === lineOf(engine, b)
}

/** `PostgreSQL 17`. */
export function databaseWords({ engine, version }: { engine: EngineName; version: string }): string {
  return `${ENGINES[engine].word} ${version}`
}

/** What a target was found to have of one engine: the version of its program, or why there is none. */
export type FoundEngine = { version: string; missing: null } | { version: null; missing: string }
export type FoundEngines = Partial<Record<EngineName, FoundEngine>>
